import { createApp } from './app.mjs';
import { port } from './settings.mjs';

// Express 5 hands an error to the callback.
const server = createApp().listen(port, (error) => {
  if (error) {
    console.error(error.message);
    process.exit(1);
  }
  console.log(`http://localhost:${server.address().port}`);
});
