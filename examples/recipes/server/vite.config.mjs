import { defineConfig } from 'vite';

const server = 'http://localhost:3000';

export default defineConfig({
  // Without strictPort, Vite would move to another port, but a login comes back to APP_URL.
  server: { port: 5173, strictPort: true, proxy: { '/api': server, '/auth': server } },
});
