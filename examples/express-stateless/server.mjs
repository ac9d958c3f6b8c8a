import { createApp } from './app.mjs';
import { port } from './environment.mjs';

createApp().listen(port, () => console.log(`http://localhost:${port}`));
