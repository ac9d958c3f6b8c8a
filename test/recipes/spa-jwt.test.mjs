import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { expect } from 'chai';
import { decodeJwt, SignJWT } from 'jose';
import { visitorMessage } from 'passport-hiworks';
import { freePort, startApplication } from './support/application.mjs';
import { Browser, signIn } from './support/browser.mjs';
import { click, launchChromium, shows } from './support/chromium.mjs';
import { listen, startGateway } from './support/gateway.mjs';
import { environment, startHiworks } from './support/hiworks.mjs';
import { startNginx } from './support/nginx.mjs';
import { documentedVariables } from './support/pages.mjs';
import { buildWithVite, startVite } from './support/vite.mjs';

const SCRIPT = { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' };
const SECRET = 'for tests only, but long enough: 32 characters';

function changeCopy(file, copy, changes) {
  let code = readFileSync(new URL(`build/${file}`, import.meta.url), 'utf8');
  for (const [documented, changed] of Object.entries(changes)) {
    if (!code.includes(documented)) {
      throw new Error(`${file} has no ${documented}`);
    }
    code = code.replace(documented, changed);
  }
  writeFileSync(new URL(`build/${copy}`, import.meta.url), code);
}

describe('Recipe: an SPA', () => {
  let hiworks;

  before(async () => {
    buildWithVite();
    hiworks = await startHiworks();
  });
  after(() => hiworks.close());

  const settings = () => ({ ...environment(hiworks), SESSION_SECRET: SECRET, JWT_SECRET: SECRET });

  const failedStart = (file, env) =>
    startApplication(file, env).then(
      () => expect.fail('it started'),
      ({ message }) => message.replace(`${file} did not start: `, '').trim().split('\n'),
    );

  for (const [file, more] of [
    ['server/spa.mjs', []],
    ['server/jwt.mjs', ['JWT_SECRET']],
  ]) {
    it(`${file} names each variable that is missing or empty`, async () => {
      const documented = documentedVariables('recipes/spa-jwt.md').filter(
        (name) => name !== 'HIWORKS_BASE_URL',
      );
      const names = [...documented, ...more];
      const unset = Object.fromEntries(names.map((name) => [name, '']));
      expect(await failedStart(file, unset)).to.have.members(
        names.map((name) => `${name} is missing or empty`),
      );
    });
  }

  it('server/jwt.mjs does not start with a short secret', async () => {
    const env = { ...settings(), APP_URL: 'http://localhost:5173', JWT_SECRET: 'secret' };
    const [line, ...more] = await failedStart('server/jwt.mjs', env);
    expect(line).to.match(/^JWT_SECRET is shorter than 32 /);
    expect(more).to.deep.equal([]);
  });

  describe('with a session cookie, behind the development server of Vite, in Chromium', () => {
    let application;
    let chrome;
    let page;
    let vite;

    before(async () => {
      chrome = await launchChromium();
      vite = await startVite();
      const env = { ...settings(), APP_URL: vite.url, PORT: vite.applicationPort };
      application = await startApplication('server/spa.mjs', env);
    });
    beforeEach(async () => {
      hiworks.register(`${vite.url}/auth/hiworks/callback`);
      page = await chrome.newPage();
    });
    afterEach(() => page.close());
    after(async () => {
      await application.stop();
      await vite.close();
      await chrome.close();
    });

    async function clickAndSignIn(name) {
      await page.goto(vite.url);
      await click(page, '하이웍스로 로그인');
      await click(page, name);
    }

    it('a login through the proxy of Vite comes back to the page of Vite, and signing out shows the link again', async () => {
      await clickAndSignIn('홍길동');
      await shows(page, '홍길동 님, 안녕하세요.');
      expect(page.url()).to.equal(`${vite.url}/`);
      expect(await page.evaluate('document.cookie')).to.equal('');
      await click(page, '로그아웃');
      await page.waitForSelector('a', { visible: true });
    });

    it('a user of another company reads why the login failed', async () => {
      await clickAndSignIn('이준호');
      await shows(page, visitorMessage('office_not_allowed'));
      expect(page.url()).to.equal(`${vite.url}/?reason=office_not_allowed`);
      await page.waitForSelector('a', { visible: true });
    });

    it('the page tells that the server does not respond', async () => {
      await page.setRequestInterception(true);
      page.on('request', (request) =>
        // As the proxy of Vite answers.
        request.url().endsWith('/api/me') ? request.respond({ status: 500, body: '' }) : request.continue(),
      );
      await page.goto(vite.url);
      await shows(page, '서버가 응답하지 않습니다.');
    });

    it('a login that a script requests is refused, and the server logs why', async () => {
      await page.goto(vite.url);
      expect(await page.evaluate("fetch('/auth/hiworks').then(({ url }) => url)")).to.match(
        /\/\?reason=not_a_navigation$/,
      );
      await application.writes('navigation');
    });
  });

  it('the server serves what `vite build` makes, at its own address', async () => {
    const application = await startApplication('server/spa.mjs', {
      ...settings(),
      APP_URL: 'http://localhost',
    });
    const { text } = await new Browser(application.url).open('/');
    const { text: script } = await new Browser(application.url).open(/src="([^"]+)"/.exec(text)[1]);
    expect(script).to.include('/api/me');
    await application.stop();
  });

  it('a login works inside a frame of another site with the cookie and header of the iframe paragraph, in Chromium', async () => {
    // On 127.0.0.1, which is another site than localhost.
    const portal = await listen(createServer((_, res) => res.end(`<iframe src="${nginx.url}"></iframe>`)));
    const gateway = await startGateway(hiworks); // whether Hiworks' own page can be framed is not known
    const PORT = String(await freePort());
    const nginx = await startNginx('server/nginx.conf', {
      'server 127.0.0.1:3001': `server 127.0.0.1:${PORT}`,
      'server 127.0.0.1:3002;': '',
      'location /tools/': 'location /',
    });
    changeCopy('application.mjs', 'framed-application.mjs', {
      "frame-ancestors 'none'": `frame-ancestors ${portal.url}`,
    });
    changeCopy('server/spa.mjs', 'server/framed.mjs', {
      '../application.mjs': '../framed-application.mjs',
      'base.createApp()': "base.createApp({ sameSite: 'none', secure: true, partitioned: true })",
    });
    const env = { ...settings(), HIWORKS_BASE_URL: gateway.url, PORT, APP_URL: nginx.url };
    const application = await startApplication('server/framed.mjs', env);
    hiworks.register(`${nginx.url}/auth/hiworks/callback`);
    // As other browsers treat cookies in a frame already.
    const chrome = await launchChromium('--test-third-party-cookie-phaseout');
    const page = await chrome.newPage();
    await page.goto(portal.url);
    const frame = await (await page.waitForSelector('iframe')).contentFrame();
    await click(frame, '하이웍스로 로그인');
    await click(frame, '홍길동');
    await shows(frame, '홍길동 님, 안녕하세요.');
    await chrome.close();
    await application.stop();
    await nginx.close();
    await Promise.all([portal.close(), gateway.close()]);
  });

  describe('with a JWT', () => {
    let application;
    let browser;

    before(async () => {
      const PORT = String(await freePort());
      const env = { ...settings(), PORT, APP_URL: `http://localhost:${PORT}` };
      application = await startApplication('server/jwt.mjs', env);
    });
    beforeEach(() => {
      browser = new Browser(application.url);
      hiworks.register(`${application.url}/auth/hiworks/callback`);
    });
    after(() => application.stop());

    const me = () => browser.open('/api/me', { headers: SCRIPT });

    it('the JWT comes in a cookie that scripts cannot read, and the API accepts it', async () => {
      expect((await me()).status).to.equal(401);
      const { location } = await browser.open('/auth/hiworks');
      const callback = await browser.open(await hiworks.signIn(location, '1234567'), { from: 'cross-site' });
      expect(callback.location).to.equal(`${application.url}/`);
      const cookie = callback.headers['set-cookie'].find((line) => line.startsWith('token='));
      expect(cookie)
        .to.match(/; HttpOnly/i)
        .and.to.match(/; SameSite=Lax/i);
      expect(JSON.parse((await me()).text)).to.deep.equal({ id: '1234567', name: '홍길동' });
    });

    it('the session exists on the two routes of the login only, and ends with it', async () => {
      const start = await browser.open('/auth/hiworks');
      expect(start.headers['set-cookie'].join()).to.match(/login=[^;]+; path=\/auth\/hiworks;/);
      await signIn(browser, hiworks, '1234567');
      expect([...browser.cookies.keys()]).to.deep.equal(['token']);
      expect((await me()).headers['set-cookie']).to.equal(undefined);
    });

    it('the API tells why a login failed', async () => {
      const page = await signIn(browser, hiworks, '1234569');
      expect(page.url).to.equal(`${application.url}/?reason=office_not_allowed`);
      const { text } = await browser.open('/api/me?reason=office_not_allowed', { headers: SCRIPT });
      expect(JSON.parse(text)).to.deep.equal({ message: visitorMessage('office_not_allowed') });
    });

    it('no forged, foreign or expired JWT is accepted', async () => {
      await signIn(browser, hiworks, '1234567');
      const genuine = browser.cookies.get('token');
      const { iss, aud } = decodeJwt(genuine);
      const sign = (secret, { issuer = iss, audience = aud, expires = '1h' }) =>
        new SignJWT({})
          .setProtectedHeader({ alg: 'HS256' })
          .setSubject('1234568')
          .setIssuer(issuer)
          .setAudience(audience)
          .setExpirationTime(expires)
          .sign(new TextEncoder().encode(secret));
      const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${genuine.split('.')[1]}.`;
      for (const token of [
        none,
        await sign('another secret of at least 32 bytes', {}),
        await sign(SECRET, { issuer: 'https://evil.example' }),
        await sign(SECRET, { audience: 'https://evil.example' }),
        await sign(SECRET, { expires: '-1s' }),
      ]) {
        browser.cookies.set('token', token);
        expect((await me()).status).to.equal(401);
      }
      browser.cookies.set('token', await sign(SECRET, {}));
      expect((await me()).status).to.equal(200);
    });

    it('signing out removes the JWT', async () => {
      await signIn(browser, hiworks, '1234567');
      await browser.open('/api/logout', { method: 'POST', headers: SCRIPT });
      expect((await me()).status).to.equal(401);
    });
  });
});
