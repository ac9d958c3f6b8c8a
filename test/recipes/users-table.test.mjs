import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { startApplication } from './support/application.mjs';
import { Browser, signIn } from './support/browser.mjs';
import { environment, startHiworks } from './support/hiworks.mjs';
import { createDatabase } from './support/postgres.mjs';

const page = readFileSync(new URL('../../docs/recipes/users-table.md', import.meta.url), 'utf8');

describe('Recipe: a users table', () => {
  let database;
  let hiworks;
  let application;

  before(async () => {
    database = await createDatabase('users-table.sql');
    hiworks = await startHiworks();
    application = await startApplication('users-table.mjs', {
      ...environment(hiworks),
      DATABASE_URL: database.url,
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
      'SELECT id, office_no, user_no, name, email FROM users ORDER BY id',
    );
    return rows;
  }
  const HONG = { office_no: '123123', user_no: '1234567', name: '홍길동', email: null };

  it('The first login creates a row, and the next one updates it', async () => {
    const arrived = await signIn(new Browser(application.url), hiworks, '1234567');
    expect(arrived.text).to.include('1번 사용자 홍길동');
    expect(await users()).to.deep.equal([{ id: '1', ...HONG }]);

    await database.client.query("UPDATE users SET name = '예전 이름', signed_in_at = 'epoch'");
    await signIn(new Browser(application.url), hiworks, '1234567');
    expect(await users()).to.deep.equal([{ id: '1', ...HONG }]);
    const { rows } = await database.client.query("SELECT signed_in_at > 'epoch' AS updated FROM users");
    expect(rows).to.deep.equal([{ updated: true }]);
  });

  it('Ten first logins at the same moment create one row', async () => {
    const pages = await Promise.all(
      Array.from({ length: 10 }, () => signIn(new Browser(application.url), hiworks, '1234567')),
    );
    expect(new Set(pages.map(({ text }) => text)).size).to.equal(1);
    expect(await users()).to.have.length(1);
  });

  it('Employees with the same number in two offices have two rows', async () => {
    await database.client.query(
      "INSERT INTO users (office_no, user_no, name) VALUES ('456456', '1234567', '이준호')",
    );
    await signIn(new Browser(application.url), hiworks, '1234567');
    expect((await users()).map(({ office_no }) => office_no)).to.deep.equal(['456456', '123123']);
  });

  it('An employee does not get the row of a local account of the same name', async () => {
    await database.client.query("INSERT INTO users (name, email) VALUES ('홍길동', 'hong@example.com')");
    const { text } = await signIn(new Browser(application.url), hiworks, '1234567');
    expect(text).to.include('2번 사용자 홍길동');
    expect((await users())[0]).to.deep.equal({
      id: '1',
      office_no: null,
      user_no: null,
      name: '홍길동',
      email: 'hong@example.com',
    });
  });

  it("The page's statement adds the columns to an existing table, with a unique constraint", async () => {
    const [, statement] = /```sql\n(ALTER TABLE [\s\S]*?;)\n```/.exec(page);
    await database.client.query('BEGIN');
    await database.client.query(
      'DROP TABLE users; CREATE TABLE users (id int, name text NOT NULL, email text UNIQUE)',
    );
    await database.client.query(statement);
    const insert = "INSERT INTO users (name, office_no, user_no) VALUES ('홍길동', '123123', '1234567')";
    await database.client.query(insert);
    const { code } = await database.client.query(insert).catch((error) => error);
    expect(code).to.equal('23505');
    await database.client.query('ROLLBACK');
  });

  it('A deactivated user is signed out at the next request, and told why at the next login', async () => {
    const browser = new Browser(application.url);
    await signIn(browser, hiworks, '1234567');
    await database.client.query('UPDATE users SET active = false');
    expect((await browser.arrive('/')).url).to.equal(`${application.url}/login`);
    const refused = await signIn(browser, hiworks, '1234567');
    expect(refused.url).to.equal(`${application.url}/login?reason=deactivated`);
    expect(refused.text).to.include('사용이 중지된 계정입니다.');
    await application.writes('User 1 is deactivated');
  });

  it('The application goes on after its idle connections to the database were closed', async () => {
    const browser = new Browser(application.url);
    await signIn(browser, hiworks, '1234567');
    const { rows } = await database.client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await application.writes('terminating connection', rows.length);
    expect((await browser.open('/')).text).to.include('홍길동');
  });

  it('The name on the page is escaped', async () => {
    const odd = await startHiworks({
      users: [{ userNo: '1234567', officeNo: '123123', userId: 'hong', name: '<script>alert(1)</script>' }],
    });
    const other = await startApplication('users-table.mjs', {
      ...environment(odd),
      DATABASE_URL: database.url,
    });
    const { text } = await signIn(new Browser(other.url), odd, '1234567');
    expect(text).to.include('&#60;script&#62;').and.not.to.include('<script>');
    await other.stop();
    await odd.close();
  });
});
