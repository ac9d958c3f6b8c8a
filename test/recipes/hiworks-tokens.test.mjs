import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import pg from 'pg';
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
  let hiworksTokens;

  before(async () => {
    ({ hiworksTokens } = await import('./build/hiworks-tokens.mjs'));
    database = await createDatabase('hiworks-tokens.sql');
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
  afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.end())));
  after(async () => {
    await application.stop();
    await hiworks.close();
    await database.client.end();
  });

  const pools = [];
  function openPool() {
    const pool = new pg.Pool({ connectionString: database.url });
    pools.push(pool);
    return pool;
  }

  async function signedIn(userNo = '1234567', url = application.url) {
    const browser = new Browser(url);
    await signIn(browser, hiworks, userNo);
    return browser;
  }

  function sent(grantType) {
    return hiworks.requests.filter(({ form }) => form.grant_type === grantType);
  }

  it("The API is called with the login's token, which the page does not get", async () => {
    const browser = await signedIn();
    expect(JSON.parse((await browser.open('/me')).text)).to.deep.equal({ name: '홍길동' });
    expect(sent('refresh_token')).to.be.empty;
  });

  it('The tokens are stored encrypted', async () => {
    const browser = await signedIn();
    await browser.open('/me');
    const [bearer] = hiworks.requests.flatMap(({ headers }) => headers.authorization ?? []);
    const { rows } = await database.client.query(
      "SELECT encode(tokens, 'escape') AS all FROM hiworks_tokens",
    );
    expect(rows[0].all).not.to.include(bearer.replace('Bearer ', ''));
  });

  it('A refusal leads to one refresh, and its tokens are kept', async () => {
    const browser = await signedIn();
    for (const refreshes of [1, 2]) {
      hiworks.fail('profile', REFUSED);
      expect(JSON.parse((await browser.open('/me')).text)).to.deep.equal({ name: '홍길동' });
      expect(sent('refresh_token')).to.have.length(refreshes);
    }
    await browser.open('/me');
    expect(sent('refresh_token')).to.have.length(2);
  });

  it('Requests at the same moment in two processes lead to one refresh', async () => {
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

  /** Puts one in its place that Hiworks does not know, by a refresh of its own. */
  async function expireAccessToken(userNo) {
    const db = openPool();
    const strategy = {
      refreshAccessToken: async (refreshToken) => ({ accessToken: 'expired', refreshToken }),
    };
    const tokens = hiworksTokens(strategy, db, Buffer.from(settings.TOKEN_KEY, 'base64url'));
    await tokens.accessToken(userNo, await tokens.accessToken(userNo));
  }

  it('A refresh takes one connection to the database, however many requests wait for it', async () => {
    await signedIn();
    const db = openPool();
    let connections = 0;
    let finish;
    const strategy = {
      refreshAccessToken: () =>
        new Promise((resolve) => {
          finish = () => resolve({ accessToken: 'new', refreshToken: 'new' });
        }),
    };
    const tokens = hiworksTokens(strategy, db, Buffer.from(settings.TOKEN_KEY, 'base64url'));
    const refused = await tokens.accessToken('1234567');
    const connect = db.connect.bind(db);
    db.connect = (...given) => {
      connections += given.length === 0 ? 1 : 0; // pool.query() gives a callback
      return connect(...given);
    };
    const waiting = Array.from({ length: 20 }, () => tokens.accessToken('1234567', refused));
    // Until the others have read the refused token, and only the refresh is left.
    while (!finish || db.waitingCount > 0 || db.totalCount - db.idleCount > 1) {
      await db.query('SELECT 1'); // others are served meanwhile
    }
    await db.query('SELECT 1');
    finish();
    expect(new Set(await Promise.all(waiting))).to.deep.equal(new Set(['new']));
    expect(connections).to.equal(1);
  });

  it("Tokens that were changed, or copied to another user's row, do not decrypt", async () => {
    await signedIn('1234567');
    await signedIn('1234568');
    const db = openPool();
    const tokens = hiworksTokens(undefined, db, Buffer.from(settings.TOKEN_KEY, 'base64url'));
    await db.query(`UPDATE hiworks_tokens SET tokens = (SELECT tokens FROM hiworks_tokens WHERE user_no = '1234567')
                    WHERE user_no = '1234568'`);
    expect(await tokens.accessToken('1234567')).to.match(/^\w+$/);
    await db.query(
      "UPDATE hiworks_tokens SET tokens = set_byte(tokens, 20, get_byte(tokens, 20) # 1) WHERE user_no = '1234567'",
    );
    for (const userNo of ['1234567', '1234568']) {
      expect(await tokens.accessToken(userNo).catch((error) => error)).to.be.an('error');
    }
  });

  it('A refresh token that is no longer valid leads to a new login', async () => {
    const browser = await signedIn();
    hiworks.fail('profile', REFUSED);
    hiworks.fail('token', { code: 'ERR', msg: '만료된 토큰입니다.' });
    const refused = await browser.open('/me');
    expect([refused.status, refused.text]).to.deep.equal([401, '{"login":"/login"}']);
    await signIn(browser, hiworks, '1234567');
    expect((await browser.open('/me')).text).to.equal('{"name":"홍길동"}');
  });

  it('A refusal of the new access token is an error', async () => {
    const browser = await signedIn();
    hiworks.fail('profile', REFUSED);
    hiworks.fail('profile', REFUSED);
    expect((await browser.open('/me')).status).to.equal(500);
    await application.writes('Hiworks refused /user/v2/me: HTTP 200, 유효하지 않은 토큰입니다.');
  });

  const newer = {
    errors: { errors: { status: 400, title: 'Bad Request', message: '유효하지 않은 토큰' } },
    'errors in a list': { errors: [{ title: 'Unauthorized' }] },
  };
  for (const [shape, body] of Object.entries(newer)) {
    it(`A response with ${shape} is a refusal, and leads to a refresh`, async () => {
      const browser = await signedIn();
      hiworks.fail('profile', { status: 202, body: JSON.stringify(body) });
      expect((await browser.open('/me')).text).to.equal('{"name":"홍길동"}');
      expect(sent('refresh_token')).to.have.length(1);
    });
  }

  it('An empty object with HTTP 500 is an error', async () => {
    const browser = await signedIn();
    hiworks.fail('profile', { status: 500, body: '{}' });
    expect((await browser.open('/me')).status).to.equal(500);
    await application.writes('HTTP 500');
  });

  it('Two users have their own tokens', async () => {
    const [hong, kim] = [await signedIn('1234567'), await signedIn('1234568')];
    expect((await hong.open('/me')).text).to.equal('{"name":"홍길동"}');
    expect((await kim.open('/me')).text).to.equal('{"name":"김서연"}');
  });
});
