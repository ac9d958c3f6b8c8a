const { logins } = require('./logins.js');

const { fetch } = globalThis;

beforeEach(() => {
  jest.useFakeTimers();
  globalThis.fetch = () => {
    throw new Error('a test replaced fetch');
  };
});
afterEach(() => {
  jest.useRealTimers();
  globalThis.fetch = fetch;
});

test.each(Object.entries(logins))('%s', (_name, login) => login());
