import { RedisStore } from 'connect-redis';
import { createClient } from 'redis';
import { createApp } from '../express/app.mjs';
import { port, started } from './hiworks.mjs';

const client = createClient({ socket: { path: process.env.REDIS_SOCKET } });
await client.connect();
const server = createApp({ store: new RedisStore({ client }) }).listen(port, () => started(server));
