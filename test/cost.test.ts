import { createHook } from 'node:async_hooks';
import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { authenticate, get, userOf } from './support/login.js';
import { rawServers, http as response } from './support/raw-server.js';
import { strategyFor, tokenBody } from './support/strategy.js';

// What can be counted of the cost, on a busy machine too. test/package measures the import; `npm run bench` the rest.
describe('Cost', () => {
  const serve = rawServers();

  it('the main entry loads no module of Node.js that passport-oauth2 does not, and no other entry', () => {
    const program = `
      require('passport-oauth2');
      const main = require.resolve('passport-hiworks');
      const before = new Set(process.moduleLoadList);
      require(main);
      const added = process.moduleLoadList.filter((name) => !before.has(name));
      const others = Object.keys(require.cache).filter((file) => /[\\\\/]dist[\\\\/](sso|testing|cli)[\\\\/]/.test(file));
      console.log(JSON.stringify([...added, ...others]));`;
    const loaded = execFileSync(process.execPath, ['--eval', program], {
      encoding: 'utf8',
      // Coverage would load more.
      env: { ...process.env, NODE_V8_COVERAGE: '' },
    });
    expect(JSON.parse(loaded)).to.deep.equal([]);
  });

  it('a login over an open connection takes at most 14 promises and two timers', async () => {
    const server = await serve((socket) => socket.write(response(200, tokenBody())));
    const strategy = strategyFor(server.url);
    const logIn = async () =>
      userOf(await authenticate(strategy, get('/auth/hiworks/callback?auth_code=code')));
    await logIn();
    const counts = new Map<string, number>();
    const hook = createHook({
      init: (_id, type) => {
        counts.set(type, (counts.get(type) ?? 0) + 1);
      },
    });
    hook.enable();
    await logIn();
    hook.disable();
    expect(server.connections).to.equal(1);
    // The deadline, and that of Node's agent for idle connections.
    expect(counts.get('Timeout')).to.be.at.most(2);
    expect(counts.get('PROMISE')).to.be.at.most(14);
  });
});
