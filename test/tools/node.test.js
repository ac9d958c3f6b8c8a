const { afterEach, beforeEach, mock, test } = require('node:test');
const { logins } = require('./logins.js');

beforeEach(() => {
  mock.timers.enable();
  mock.method(globalThis, 'fetch', () => {
    throw new Error('a test replaced fetch');
  });
});
afterEach(() => {
  mock.reset();
});

for (const [name, login] of Object.entries(logins)) {
  test(name, () => login());
}
