import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { startApplication } from './support/application.mjs';
import { Browser, signIn } from './support/browser.mjs';
import { environment, startHiworks } from './support/hiworks.mjs';
import { createDatabase } from './support/postgres.mjs';

const REFUSED = { code: 'ERR', message: '유효하지 않은 토큰입니다.' };

describe('Recipes: refreshing, and calling another Hiworks API', () => {
  let database;
  let hiworks;
  let settings;
  let application;

  before(async () => {
    database = await createDatabase();
    hiworks = await startHiworks();
    settings = {
      ...environment(hiworks),
      DATABASE_URL: database.url,
      TOKEN_KEY: randomBytes(32).toString('base64url'),
    };
    application = await startApplication('other-apis.mjs', settings);
  });
  beforeEach(async () => {
    await database.client.query('TRUNCATE hiworks_tokens');
    hiworks.register(`${application.url}/auth/hiworks/callback`);
    hiworks.requests.length = 0;
  });
  after(async () => {
    await application.stop();
    await hiworks.close();
    await database.client.end();
  });

  async function signedIn(userNo = '1234567', url = application.url) {
    const browser = new Browser(url);
    await signIn(browser, hiworks, userNo);
    return browser;
  }

  function sent(grantType) {
    return hiworks.requests.filter(({ form }) => form.grant_type === grantType);
  }

  it('calls the API with the token of the login, and hands the page no token', async () => {
    const browser = await signedIn();
    expect(JSON.parse((await browser.open('/me')).text)).to.deep.equal({ name: '홍길동' });
    expect(sent('refresh_token')).to.be.empty;
  });

  it('keeps the tokens encrypted', async () => {
    const browser = await signedIn();
    await browser.open('/me');
    const [bearer] = hiworks.requests.flatMap(({ headers }) => headers.authorization ?? []);
    const { rows } = await database.client.query(
      "SELECT encode(access_token, 'escape') || encode(refresh_token, 'escape') AS all FROM hiworks_tokens",
    );
    expect(rows[0].all).not.to.include(bearer.replace('Bearer ', ''));
  });

  it('refreshes when Hiworks refuses, once, and keeps what came', async () => {
    const browser = await signedIn();
    for (const refreshes of [1, 2]) {
      hiworks.fail('profile', REFUSED);
      expect(JSON.parse((await browser.open('/me')).text)).to.deep.equal({ name: '홍길동' });
      expect(sent('refresh_token')).to.have.length(refreshes);
    }
    await browser.open('/me');
    expect(sent('refresh_token')).to.have.length(2);
  });

  it('refreshes once for requests at the same moment in two processes', async () => {
    const another = await startApplication('other-apis.mjs', settings);
    const browsers = [];
    for (const { url } of [application, another]) {
      // The fake Hiworks knows one redirect URL at a time.
      hiworks.register(`${url}/auth/hiworks/callback`);
      browsers.push(await signedIn('1234567', url));
    }
    await expireAccessToken('1234567');
    const pages = await Promise.all(
      Array.from({ length: 10 }, (_, index) => browsers[index % 2].open('/me')),
    );
    expect(new Set(pages.map((page) => page.text))).to.deep.equal(new Set(['{"name":"홍길동"}']));
    await another.stop();
    expect(sent('refresh_token')).to.have.length(1);
  });

  /** Puts one in its place that Hiworks does not know. */
  async function expireAccessToken(userNo) {
    const { hiworksTokens } = await import('./build/hiworks-tokens.mjs');
    const { save } = hiworksTokens(undefined, database.client, Buffer.from(settings.TOKEN_KEY, 'base64url'));
    await save('expired', { accessToken: 'expired', refreshToken: '-' });
    await database.client.query(
      `UPDATE hiworks_tokens SET access_token = (SELECT access_token FROM hiworks_tokens WHERE user_no = 'expired')
       WHERE user_no = $1`,
      [userNo],
    );
  }

  it('asks for a new login when the refresh token is no longer good', async () => {
    const browser = await signedIn();
    hiworks.fail('profile', REFUSED);
    hiworks.fail('token', { code: 'ERR', msg: '만료된 토큰입니다.' });
    const refused = await browser.open('/me');
    expect([refused.status, refused.text]).to.deep.equal([401, '{"login":"/auth/hiworks"}']);
    await signIn(browser, hiworks, '1234567');
    expect((await browser.open('/me')).text).to.equal('{"name":"홍길동"}');
  });

  it('gives up if Hiworks refuses a new access token as well', async () => {
    const browser = await signedIn();
    hiworks.fail('profile', REFUSED);
    hiworks.fail('profile', REFUSED);
    expect((await browser.open('/me')).status).to.equal(500);
    await application.writes('Hiworks refused /user/v2/me: 유효하지 않은 토큰입니다.');
  });

  it('keeps the tokens of two users apart', async () => {
    const [hong, kim] = [await signedIn('1234567'), await signedIn('1234568')];
    expect((await hong.open('/me')).text).to.equal('{"name":"홍길동"}');
    expect((await kim.open('/me')).text).to.equal('{"name":"김서연"}');
  });
});
