const sinon = require('sinon');
const { logins } = require('./logins.js');

describe('with fake timers', () => {
  beforeEach(() => {
    // Node's own HTTP needs it, and Sinon replaces it for Node as well.
    sinon.useFakeTimers({ toNotFake: ['nextTick'] });
    sinon.replace(globalThis, 'fetch', () => {
      throw new Error('a test replaced fetch');
    });
  });
  afterEach(() => sinon.restore());

  for (const [name, login] of Object.entries(logins)) {
    it(name, () => login());
  }
});
