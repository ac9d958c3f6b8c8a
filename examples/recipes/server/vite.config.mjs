import { defineConfig } from 'vite';

const server = 'http://localhost:3000';

export default defineConfig({
  // With strictPort, Vite does not move to another port, to which Hiworks would not send anybody back.
  server: { port: 5173, strictPort: true, proxy: { '/api': server, '/auth': server } },
});
