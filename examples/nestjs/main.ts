import { hiworksOptions, port } from '../hiworks.js';
import { createApp } from './app.js';

const app = await createApp(await hiworksOptions());
await app.listen(port);
