import { app } from './app.mjs';
import { port } from './settings.mjs';

const server = app.listen(port, () => console.log(`http://localhost:${server.address().port}`));
server.once('error', ({ message }) => {
  console.error(message);
  process.exit(1);
});
