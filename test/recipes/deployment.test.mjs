import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { visitorMessage } from 'passport-hiworks';
import { freePort, startApplication } from './support/application.mjs';
import { Browser, signIn } from './support/browser.mjs';
import { deploy, settings } from './support/deployment.mjs';
import { startHiworks } from './support/hiworks.mjs';
import { send, startLimited } from './support/limited.mjs';
import { startNginx } from './support/nginx.mjs';
import { documentedVariables } from './support/pages.mjs';
import { startRedis } from './support/redis.mjs';

const CALLBACK = '/tools/auth/hiworks/callback';

// An auth_code as nginx, a parser of Express or the strategy may read it.
const SPELLINGS = [
  `${CALLBACK}?auth_code=made-up`,
  '/TOOLS/AUTH/Hiworks/Callback/?auth_code=made-up',
  '/tools/auth/hiworks?auth_code=made-up',
  '/tools/?auth_code=made-up',
  `${CALLBACK}?state=x&auth_code=made-up`,
  `${CALLBACK}?%61uth_code=made-up`,
  `${CALLBACK}?auth%5Fcode=made-up`,
  `${CALLBACK}?auth%5fcod%65=made-up`,
  `${CALLBACK}?auth_code[]=made-up`,
  `${CALLBACK}?auth_code%5B%5D=made-up`,
  `${CALLBACK}?[auth_code]=made-up`,
  `${CALLBACK}?%5Bauth_code%5D=made-up`,
  `${CALLBACK}??auth_code=made-up`,
  `${CALLBACK}?${'a&'.repeat(1100)}auth_code=made-up`,
  `${CALLBACK}?x#&auth_code=made-up`,
];
const UNCOUNTED = [
  '/tools/',
  '/tools/?q=%ED%95%9C&filter%5Bname%5D=x',
  '/tools/auth/hiworks?state=x',
  '/auth_code',
];

describe('Recipe: deployment, with nginx and Redis', () => {
  let hiworks;
  let redis;

  before(async () => {
    redis = await startRedis();
    hiworks = await startHiworks();
  });
  after(async () => {
    await hiworks.close();
    await redis.close();
  });

  const login = (browser, userNo = '1234567') => signIn(browser, hiworks, userNo, '/tools/auth/hiworks');

  describe('the application at its start', () => {
    const start = (changes) => {
      const env = { ...settings(hiworks, redis, 'https://intranet.example.com'), ...changes };
      return startApplication('server/deployment.mjs', env).then(
        () => expect.fail('it started'),
        ({ message }) => message.replace('server/deployment.mjs did not start: ', ''),
      );
    };

    it('the deployed application names each variable that is missing or empty', async () => {
      const names = [...documentedVariables('recipes/deployment.md'), 'PORT'];
      const unset = Object.fromEntries(names.map((name) => [name, '']));
      const lines = (await start(unset)).trim().split('\n');
      expect(lines).to.have.members(names.map((name) => `${name} is missing or empty`));
    });

    it('the deployed application refuses a public address without HTTPS, and a short session secret', async () => {
      const output = await start({ APP_URL: 'http://intranet.example.com/tools', SESSION_SECRET: 'secret' });
      expect(output).to.match(/^APP_URL must begin with https.*\nSESSION_SECRET is shorter than 32 .*\n$/);
    });

    it('the deployed application reports a port that is taken in one line', async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const PORT = String(other.address().port);
      expect(await start({ PORT })).to.match(/^listen EADDRINUSE: .*\n$/);
      other.close();
    });
  });

  describe('while all is well', () => {
    let deployment;
    let browser;

    before(async () => {
      deployment = await deploy(hiworks, redis);
    });
    beforeEach(() => {
      browser = new Browser(deployment.nginx.url, deployment.nginx);
    });
    after(() => deployment.close());

    it('a login under a path ends with a cookie that is bound to the host', async () => {
      const start = await browser.open('/tools/auth/hiworks');
      expect(start.headers['set-cookie']).to.have.length(1);
      expect(start.headers['set-cookie'][0]).to.match(
        /^__Host-tools=[^;]+; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
      );
      const page = await login(browser);
      expect(page.url).to.equal(`${deployment.nginx.url}/tools/`);
      expect(page.text).to.include('홍길동 님');
      expect(page.headers['referrer-policy']).to.equal('same-origin');
      expect(page.headers['content-security-policy']).to.equal("frame-ancestors 'none'");
    });

    it('employees of another company read why they are refused, and the log names the reason', async () => {
      const page = await login(browser, '1234569');
      expect(page.url).to.equal(`${deployment.nginx.url}/tools/?reason=office_not_allowed`);
      expect(page.text).to.include(visitorMessage('office_not_allowed'));
      const logs = deployment.processes.map((process) => process.output()).join('');
      expect(logs).to.include('456456');
    });

    it('a stale callback leads a user who is signed in to the page', async () => {
      await login(browser);
      const page = await browser.arrive(`${CALLBACK}?auth_code=stale`, { from: 'cross-site' });
      expect(page.url).to.equal(`${deployment.nginx.url}/tools/`);
      expect(page.text).to.include('홍길동 님');
    });

    it('two processes serve one session', async () => {
      await login(browser);
      const pages = await Promise.all(Array.from({ length: 8 }, () => browser.open('/tools/')));
      expect(pages.every((page) => page.text.includes('홍길동'))).to.equal(true);
      expect(new Set(pages.map((page) => /프로세스 (\d+)/.exec(page.text)[1]))).to.have.property('size', 2);
    });

    it('the client address is the one that nginx reports, not one that the client claims', async () => {
      await login(browser);
      const headers = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'evil.example' };
      expect((await browser.open('/tools/', { headers })).text).to.include('127.0.0.1)');
    });

    it('500 employees at one address finish their logins at the same moment, and none is refused', async () => {
      const employees = await Promise.all(
        Array.from({ length: 500 }, async () => {
          const browser = new Browser(deployment.nginx.url, deployment.nginx);
          const { location } = await browser.open('/tools/auth/hiworks');
          return { browser, callback: await hiworks.signIn(location, '1234567') };
        }),
      );
      const pages = await Promise.all(
        employees.map(({ browser, callback }) => browser.open(callback, { from: 'cross-site' })),
      );
      const home = `${deployment.nginx.url}/tools/`;
      expect(pages.filter(({ location }) => location === home)).to.have.length(500);
    });
  });

  it('logins finish though a process dies, and no log holds a code, not even with both processes gone', async () => {
    const { nginx, processes, close } = await deploy(hiworks, redis, {
      'burst=500 delay=100': 'burst=5 nodelay',
      'rate=20r/s': 'rate=1r/m', // what reaches the limit must not depend on how fast this machine is
    });
    const browser = new Browser(nginx.url, nginx);
    const begin = async () => {
      const { location } = await browser.open('/tools/auth/hiworks');
      return hiworks.signIn(location, '1234567');
    };
    const used = await begin();
    await processes[0].stop('SIGKILL');
    expect((await browser.arrive(used, { from: 'cross-site' })).text).to.include('홍길동');

    const unused = await begin();
    expect(await processes[1].stop('SIGTERM'), 'exit code').to.equal(0);
    expect((await browser.open(unused)).status).to.equal(502);
    expect((await browser.open(unused.replace('/tools/auth', '/Tools/AUTH'))).status).to.equal(404);
    const pages = await Promise.all(
      Array.from({ length: 9 }, () => browser.open(`${CALLBACK}?auth_code=many`)),
    );
    expect(new Set(pages.map(({ status }) => status))).to.deep.equal(new Set([502, 429]));

    const logs = nginx.logs();
    expect(logs).to.include(`"GET ${CALLBACK}" 302`).and.to.include(`"GET ${CALLBACK}" 502`);
    expect(logs).to.include('REJECTED');
    const codes = [used, unused].map((callback) => new URL(callback).searchParams.get('auth_code'));
    for (const secret of [...codes, 'auth_code=']) {
      expect(logs).not.to.include(secret);
    }
    await close();
  });

  it('pages are 503 while Redis is gone, and the session is there again when it is back', async () => {
    const store = await startRedis();
    const { nginx, close } = await deploy(hiworks, store);
    const browser = new Browser(nginx.url, nginx);
    await login(browser);
    await store.close();
    const untilStatus = async (status) => {
      let pages;
      do {
        pages = await Promise.all([browser.open('/tools/'), browser.open('/tools/')]); // one of each process
      } while (pages.some((page) => page.status !== status));
    };
    await untilStatus(503);
    const restarted = await startRedis(new URL(store.url).port);
    await untilStatus(200);
    expect((await login(browser)).text).to.include('홍길동');
    await close();
    await restarted.close();
  });

  // As nginx' documentation shows it: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_cache_valid
  it('a caching nginx gives two users two states: the redirect of the start is not stored', async () => {
    const application = await startLimited(hiworks);
    const cache = mkdtempSync(join(tmpdir(), 'hiworks-cache-'));
    const nginx = await startNginx('server/nginx.conf', {
      'server 127.0.0.1:3001': `server ${new URL(application.url).host}`,
      'server 127.0.0.1:3002;': '',
      'upstream tools': `proxy_cache_path ${cache} keys_zone=cache:1m;\nupstream tools`,
      'proxy_http_version 1.1;': 'proxy_http_version 1.1; proxy_cache cache; proxy_cache_valid 200 302 10m;',
    });
    const states = [];
    for (const browser of [new Browser(nginx.url, nginx), new Browser(nginx.url, nginx)]) {
      await browser.open('/tools/auth/hiworks'); // sets the session cookie, so nginx does not store it anyway
      const { location } = await browser.open('/tools/auth/hiworks');
      states.push(new URL(location).searchParams.get('state'));
    }
    await nginx.close();
    await application.close();
    rmSync(cache, { recursive: true });
    expect(states[1]).not.to.equal(states[0]);
  });

  describe('the rate limit of nginx', () => {
    let nginx;

    // Without an application behind it: 502 is what passes.
    before(async () => {
      const port = await freePort();
      nginx = await startNginx('server/nginx.conf', {
        'server 127.0.0.1:3001': `server 127.0.0.1:${port}`,
        'server 127.0.0.1:3002;': '',
        'location /tools/': 'location /',
        'burst=500 delay=100': 'nodelay',
        'rate=20r/s': 'rate=1r/m',
        'proxy_http_version 1.1;':
          'proxy_http_version 1.1; set_real_ip_from 127.0.0.1; real_ip_header X-Address;',
      });
    });
    after(() => nginx.close());

    function request(target, address, method) {
      return send(new Browser(nginx.url, nginx), target, { method, headers: { 'x-address': address } });
    }

    it('nginx counts an auth_code or a token, however it is spelt, on any path, by any method', async () => {
      expect(await request(`${CALLBACK}?auth_code=first`, '10.0.0.1')).to.equal(502);
      for (const target of [...SPELLINGS, '/sso/key?token=x', '/?%74oken=x', '/?[token]=x']) {
        expect(await request(target, '10.0.0.1'), target).to.equal(429);
      }
      for (const method of ['HEAD', 'POST']) {
        expect(await request(SPELLINGS[0], '10.0.0.1', method), method).to.equal(429);
      }
    });

    it('nginx counts nothing else, and each address for itself', async () => {
      expect(await request(SPELLINGS[0], '10.0.0.2')).to.equal(502);
      for (const target of UNCOUNTED) {
        expect(await request(target, '10.0.0.2'), target).to.equal(502);
      }
      expect(await request(SPELLINGS[0], '10.0.0.3')).to.equal(502);
    });

    it('nginx counts a session for itself, and what that refuses does not count for the address', async () => {
      const open = (session, address) =>
        send({ ...nginx, site: nginx.url, cookies: new Map([['__Host-tools', session]]) }, SPELLINGS[0], {
          headers: { 'x-address': address },
        });
      for (let count = 1; count <= 5; count += 1) {
        expect(await open('one', `10.0.1.${count}`)).to.equal(502);
      }
      expect(await open('one', '10.0.1.6')).to.equal(429);
      expect(await open('two', '10.0.1.6')).to.equal(502);
      expect(await open('two', '10.0.1.6')).to.equal(429);
    });

    it('nginx takes a /64 of IPv6 for one address', async () => {
      expect(await request(SPELLINGS[0], '2001:db8:1:2:a:b:c:d')).to.equal(502);
      expect(await request(SPELLINGS[0], '2001:db8:1:2::9')).to.equal(429);
      expect(await request(SPELLINGS[0], '2001:db8:1:3::9')).to.equal(502);
      expect(await request(SPELLINGS[0], '2001:db8::a:b:c:d')).to.equal(502);
      expect(await request(SPELLINGS[0], '2001:db8::9:b:c:d')).to.equal(429);
    });
  });

  describe('the rate limit of Express', () => {
    for (const queryParser of ['simple', 'extended', false]) {
      it(`no spelling gets past the limit of a session: query parser ${queryParser}`, async () => {
        const application = await startLimited(hiworks, { queryParser });
        const { browser } = await application.begin();
        const open = (target) => send(browser, target);
        for (let count = 1; count <= 5; count += 1) {
          expect(await open(`${CALLBACK}?auth_code=made-up-${count}`)).not.to.equal(429);
        }
        const sent = tokenRequests();
        for (const target of SPELLINGS) {
          await open(target);
          expect(tokenRequests(), target).to.equal(sent);
        }
        expect(await open(SPELLINGS[0])).to.equal(429);
        expect(await open('/public?q=1')).to.equal(200);
        const other = await application.begin();
        expect(await send(other.browser, SPELLINGS[0])).not.to.equal(429);
        await application.close();
      });
    }

    const tokenRequests = () => hiworks.requests.filter(({ path }) => path.includes('accesstoken')).length;

    it('with a Hiworks that takes a second, 100 made-up codes a second keep no employee out', async () => {
      const echoing = await startHiworks({ echoState: true }); // an attacker can then use every login of a session
      const application = await startLimited(echoing, { delay: 1000 });
      const attackers = await Promise.all(Array.from({ length: 40 }, application.begin));
      const states = attackers.map(({ location }) => [new URL(location).searchParams.get('state')]);
      for (const [index, { browser }] of [
        ...Array(9)
          .fill([...attackers.entries()])
          .flat(),
      ]) {
        const { location } = await browser.open('/auth/hiworks');
        states[index].push(new URL(location).searchParams.get('state'));
      }
      const employees = await Promise.all(Array.from({ length: 16 }, application.begin));
      const callbacks = await Promise.all(
        employees.map(({ location }) => echoing.signIn(location, '1234567')),
      );
      const [forged, genuine] = [[], []];
      const began = Date.now();
      for (let tenths = 0; tenths < 80; tenths += 1) {
        for (let count = 0; count < 10; count += 1) {
          const index = forged.length % 40;
          const state = states[index][Math.floor(forged.length / 40) % 10];
          const query = `auth_code=made-up-${forged.length}&state=${state}`;
          forged.push(attackers[index].browser.open(`${CALLBACK}?${query}`));
        }
        if (tenths % 5 === 0) {
          genuine.push(
            employees[genuine.length].browser.open(callbacks[genuine.length], { from: 'cross-site' }),
          );
        }
        await sleep(began + (tenths + 1) * 100 - Date.now());
      }
      const statuses = async (pages) => (await Promise.all(pages)).map(({ status }) => status);
      expect(await statuses(genuine)).to.deep.equal(Array(16).fill(200));
      expect((await statuses(forged)).filter((status) => status === 429)).to.have.length(600);
      await application.close();
      await echoing.close();
    });
  });
});
