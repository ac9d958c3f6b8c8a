import { expect } from 'chai';
import { startApplication } from './support/application.mjs';
import { Browser, signIn } from './support/browser.mjs';
import { environment, startHiworks } from './support/hiworks.mjs';
import { createDatabase } from './support/postgres.mjs';

describe('Recipe: a users table', () => {
  let database;
  let hiworks;
  let application;

  before(async () => {
    database = await createDatabase();
    hiworks = await startHiworks();
    application = await startApplication('users-table.mjs', {
      ...environment(hiworks),
      DATABASE_URL: database.url,
      HIWORKS_OFFICE_NO: '123123',
    });
  });
  beforeEach(() => database.client.query('TRUNCATE users RESTART IDENTITY'));
  after(async () => {
    await application.stop();
    await hiworks.close();
    await database.client.end();
  });

  async function users() {
    const { rows } = await database.client.query(
      'SELECT id, office_no, user_no, name FROM users ORDER BY id',
    );
    return rows;
  }

  it('creates a row at the first login, and updates it at the next', async () => {
    const page = await signIn(new Browser(application.url), hiworks, '1234567');
    expect(page.text).to.equal('1번 사용자 홍길동');
    const row = { id: '1', office_no: '123123', user_no: '1234567', name: '홍길동' };
    expect(await users()).to.deep.equal([row]);

    await database.client.query("UPDATE users SET name = '예전 이름', signed_in_at = 'epoch'");
    expect((await signIn(new Browser(application.url), hiworks, '1234567')).text).to.equal(
      '1번 사용자 홍길동',
    );
    expect(await users()).to.deep.equal([row]);
    const { rows } = await database.client.query("SELECT signed_in_at > 'epoch' AS updated FROM users");
    expect(rows).to.deep.equal([{ updated: true }]);
  });

  it('creates one row for first logins at the same moment', async () => {
    const pages = await Promise.all(
      Array.from({ length: 10 }, () => signIn(new Browser(application.url), hiworks, '1234567')),
    );
    expect(new Set(pages.map((page) => page.text)).size).to.equal(1);
    expect(await users()).to.have.length(1);
  });

  it('tells employees apart who have the same number in two offices', async () => {
    await database.client.query(
      "INSERT INTO users (office_no, user_no, name) VALUES ('456456', '1234567', '이준호')",
    );
    expect((await signIn(new Browser(application.url), hiworks, '1234567')).text).to.equal(
      '2번 사용자 홍길동',
    );
    expect(await users()).to.have.length(2);
  });

  it('signs a deactivated user out at the next request, and lets them in no more', async () => {
    const browser = new Browser(application.url);
    await signIn(browser, hiworks, '1234567');
    await database.client.query('UPDATE users SET active = false');
    expect((await browser.open('/')).text).to.equal('로그인하지 않았습니다.');
    expect((await signIn(browser, hiworks, '1234567')).url).to.equal(`${application.url}/refused`);
  });
});
