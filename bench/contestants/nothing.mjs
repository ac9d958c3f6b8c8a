import http from 'node:http';
import { USER_NO } from '../wire.mjs';

/** A request and its answer with nothing done about them: what the stub of the network costs by itself. */
export function createLogin() {
  return () =>
    new Promise((resolve) => {
      const request = http.request({});
      request.on('response', (response) => response.on('end', () => resolve(USER_NO)));
      request.end();
    });
}
