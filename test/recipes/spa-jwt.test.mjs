import { expect } from 'chai';
import { decodeJwt, SignJWT } from 'jose';
import { startApplication } from './support/application.mjs';
import { Browser, signIn } from './support/browser.mjs';
import { environment, startHiworks } from './support/hiworks.mjs';

const SCRIPT = { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' };

describe('Recipe: an SPA, and an API with JWTs', () => {
  let hiworks;
  let application;
  let browser;

  before(async () => {
    hiworks = await startHiworks();
    application = await startApplication('spa-jwt.mjs', {
      ...environment(hiworks),
      JWT_SECRET: 'at least 32 bytes of secret for HS256',
    });
  });
  beforeEach(() => {
    browser = new Browser(application.url);
  });
  after(async () => {
    await application.stop();
    await hiworks.close();
  });

  const me = () => browser.open('/api/me', { headers: SCRIPT });

  it('gives the token in a cookie that scripts cannot read, and takes it at the API', async () => {
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

  it('has a session on the two routes of the login only, and none after it', async () => {
    const start = await browser.open('/auth/hiworks');
    expect(start.headers['set-cookie'].join()).to.match(/login=[^;]+; path=\/auth\/hiworks;/);
    await signIn(browser, hiworks, '1234567');
    expect([...browser.cookies.keys()]).to.deep.equal(['token']);
    expect((await browser.open('/')).headers['set-cookie']).to.equal(undefined);
  });

  it('tells a script that a login is a navigation', async () => {
    const page = await browser.open('/auth/hiworks', { headers: SCRIPT });
    expect(page.location).to.equal(`${application.url}/?login=failed`);
  });

  it('takes no forged, foreign or expired token', async () => {
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
    const secret = 'at least 32 bytes of secret for HS256';
    for (const token of [
      none,
      await sign('another secret of at least 32 bytes', {}),
      await sign(secret, { issuer: 'https://evil.example' }),
      await sign(secret, { audience: 'https://evil.example' }),
      await sign(secret, { expires: '-1s' }),
    ]) {
      browser.cookies.set('token', token);
      expect((await me()).status).to.equal(401);
    }
    browser.cookies.set('token', await sign(secret, {}));
    expect((await me()).status).to.equal(200);
  });

  it('signs out', async () => {
    await signIn(browser, hiworks, '1234567');
    await browser.open('/api/logout', { method: 'POST', headers: SCRIPT });
    expect((await me()).status).to.equal(401);
  });
});
