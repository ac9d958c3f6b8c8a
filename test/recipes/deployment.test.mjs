import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { Browser, signIn } from './support/browser.mjs';
import { deploy } from './support/deployment.mjs';
import { startHiworks } from './support/hiworks.mjs';
import { startRedis } from './support/redis.mjs';

const CALLBACK = '/tools/auth/hiworks/callback';

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

  it('names every variable that the application reads', () => {
    const read = (file) =>
      readFileSync(fileURLToPath(new URL(`build/deployment/${file}`, import.meta.url)), 'utf8');
    const names = [...read('app.mjs').matchAll(/process\.env\.(\w+)/g)].map(([, name]) => name);
    const documented = [...read('.env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    expect([...names, 'APP_URL']).to.have.members([...documented, 'HIWORKS_BASE_URL']);
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

    it('signs in under its path, with a cookie that is bound to the host', async () => {
      const start = await browser.open('/tools/auth/hiworks');
      expect(start.headers['set-cookie']).to.have.length(1);
      expect(start.headers['set-cookie'][0]).to.match(
        /^__Host-tools=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      );
      const page = await login(browser);
      expect(page.url).to.equal(`${deployment.nginx.url}/tools/`);
      expect(page.text).to.include('홍길동 님');
      expect(page.headers['referrer-policy']).to.equal('no-referrer');
    });

    it('refuses employees of another company', async () => {
      expect((await login(browser, '1234569')).url).to.equal(`${deployment.nginx.url}/tools/?failed`);
    });

    it('serves one session from two processes', async () => {
      await login(browser);
      const pages = await Promise.all(Array.from({ length: 8 }, () => browser.open('/tools/')));
      expect(pages.every((page) => page.text.includes('홍길동'))).to.equal(true);
      expect(new Set(pages.map((page) => /프로세스 (\d+)/.exec(page.text)[1]))).to.have.property('size', 2);
    });

    it('believes what nginx says about the client, not what the client says', async () => {
      await login(browser);
      const headers = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'evil.example' };
      expect((await browser.open('/tools/', { headers })).text).to.include('127.0.0.1)');
    });
  });

  it('finishes logins though a process dies, limits them, and writes no code into a log, whatever happens', async () => {
    const { nginx, processes, close } = await deploy(hiworks, redis);
    const browser = new Browser(nginx.url, nginx);
    const begin = async () => {
      const { location } = await browser.open('/tools/auth/hiworks');
      return hiworks.signIn(location, '1234567');
    };
    const spent = await begin();
    await processes[0].stop('SIGKILL');
    expect((await browser.arrive(spent, { from: 'cross-site' })).text).to.include('홍길동');

    const unspent = await begin();
    expect(await processes[1].stop('SIGTERM'), 'exit code').to.equal(0);
    expect((await browser.open(unspent)).status).to.equal(502);
    const openOften = async (path) => {
      const pages = await Promise.all(Array.from({ length: 120 }, () => browser.open(path)));
      return new Set(pages.map(({ status }) => status));
    };
    expect(await openOften(`${CALLBACK}?auth_code=over-the-limit`)).to.deep.equal(new Set([502, 429]));
    expect(await openOften('/tools/')).to.deep.equal(new Set([502]));

    const logs = nginx.logs();
    expect(logs).to.include(`"GET ${CALLBACK}" 302`).and.to.include(`"GET ${CALLBACK}" 502`);
    const codes = [spent, unspent].map((callback) => new URL(callback).searchParams.get('auth_code'));
    for (const secret of [...codes, 'over-the-limit', 'auth_code=']) {
      expect(logs).not.to.include(secret);
    }
    await close();
  });
});
