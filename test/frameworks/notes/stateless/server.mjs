import { port, started } from '../hiworks.mjs';
import { createApp } from './app.mjs';

const server = createApp().listen(port, () => started(server));
