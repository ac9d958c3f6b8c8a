import serverless from 'serverless-http';
import { createApp } from './app.mjs';

export const handler = serverless(createApp());
