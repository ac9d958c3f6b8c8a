import { createHook } from 'node:async_hooks';
import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { authenticate, get, userOf } from './support/login.js';
import { rawServers, http as response } from './support/raw-server.js';
import { strategyFor, tokenBody } from './support/strategy.js';

// What can be counted of the cost, on a busy machine too; `npm run bench` measures the rest.
describe('What the package costs', () => {
  const serve = rawServers();

  it('at import: few files of its own, and no module of Node.js that hardly any login needs', () => {
    const program = `
      require('passport-hiworks');
      const files = Object.keys(require.cache).filter((file) => /[\\\\/]dist[\\\\/][^\\\\/]+$/.test(file));
      const lazy = ['zlib', 'perf_hooks', 'stream/web', 'worker_threads'];
      const loaded = lazy.filter((name) => process.moduleLoadList.includes('NativeModule ' + name));
      console.log(JSON.stringify({ files: files.length, loaded }));`;
    const { files, loaded } = JSON.parse(
      execFileSync(process.execPath, ['--eval', program], { encoding: 'utf8' }),
    );
    expect(files).to.be.within(2, 25);
    expect(loaded).to.deep.equal([]);
  });

  it('for a login over a connection that is open: no more promises and timers than it takes', async () => {
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
    expect(counts.get('Timeout')).to.equal(1);
    expect(counts.get('PROMISE')).to.be.at.most(14);
  });
});
