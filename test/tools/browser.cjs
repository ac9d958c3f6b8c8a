const http = require('node:http');

/** Visits an application as a browser does: keeps its cookies, says that it navigates, follows no redirect. */
exports.createBrowser = (port) => {
  const cookies = new Map();

  function keep(lines = []) {
    for (const line of lines) {
      const [, name, value] = /^([^=]*)=([^;]*)/.exec(line);
      cookies.set(name, value);
    }
  }

  /** Opens a path, or the path of an address. Resolves with the status, where a redirect leads, and the text. */
  return function open(address) {
    const { pathname, search } = new URL(address, 'http://localhost');
    const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ');
    const headers = { cookie, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    return new Promise((resolve, reject) => {
      const request = http.get({ host: '127.0.0.1', port, path: pathname + search, headers }, (response) => {
        keep(response.headers['set-cookie']);
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode, location: response.headers.location, text }),
        );
      });
      request.on('error', reject);
    });
  };
};
