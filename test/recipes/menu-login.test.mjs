import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { visitorMessage } from 'passport-hiworks';
import { freePort, startApplication } from './support/application.mjs';
import { Browser } from './support/browser.mjs';
import { startHiworks } from './support/hiworks.mjs';
import { startNginx } from './support/nginx.mjs';
import { createDatabase } from './support/postgres.mjs';

const page = readFileSync(fileURLToPath(new URL('../../docs/menu-login.md', import.meta.url)), 'utf8');

describe('The login from a Hiworks menu', () => {
  let database;
  let hiworks;
  let nginx;
  let application;
  let path;
  let browser;

  before(async () => {
    database = await createDatabase('menu-login/employees.sql');
    hiworks = await startHiworks();
    const port = String(await freePort());
    nginx = await startNginx('menu-login/nginx.conf', { '127.0.0.1:3000': `127.0.0.1:${port}` });
    path = makePath();
    hiworks.registerMenu(nginx.url + path);
    application = await startApplication('menu-login/app.mjs', {
      PORT: port,
      APP_URL: nginx.url,
      DATABASE_URL: database.url,
      SESSION_SECRET: 'for tests only',
      HIWORKS_SSO_PATH: path,
      HIWORKS_TOKENS_URL: hiworks.ssoOptions.tokensURL,
    });
  });
  beforeEach(async () => {
    await database.client.query(
      "TRUNCATE employees, login_requests; INSERT INTO employees VALUES ('1234567', '홍길동')",
    );
    browser = new Browser(nginx.url, nginx);
  });
  after(async () => {
    await application.stop();
    await nginx.close();
    await hiworks.close();
    await database.client.end();
  });

  /** Made by the page's command. */
  function makePath() {
    const [, command] = /```sh\n +(node -p .*)\n/.exec(page);
    return execFileSync('sh', ['-c', command], { encoding: 'utf8' }).trim();
  }

  const click = async (userNo) => browser.arrive(await hiworks.openMenu(userNo), { from: 'cross-site' });

  it("The page's command makes another path each time", () => {
    expect(path).to.match(/^\/sso\/[\w-]{32}$/);
    expect(makePath()).not.to.equal(path);
  });

  it('A click on the menu signs an employee in, and the next page shows who is signed in, with a way out', async () => {
    const arrived = await click('1234567');
    expect(arrived.url).to.equal(`${nginx.url}/`);
    expect(arrived.text).to.include('홍길동 님으로 로그인되어 있습니다');
    expect(arrived.text).to.match(/<form method="post" action="\/logout"><button>/);
    const out = await browser.arrive('/logout', { method: 'POST' });
    expect(out.text).to.include('하이웍스 메뉴에서 열면 로그인됩니다.').and.not.to.include('홍길동');
  });

  it('The menu login redirects at once, after a failure too, and sends no Referer', async () => {
    const step = await browser.open(await hiworks.openMenu('1234567'), { from: 'cross-site' });
    expect([step.status, step.location]).to.deep.equal([302, `${nginx.url}/`]);
    expect(step.headers).to.include({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
    const failed = await browser.open(`${path}?token=unknown`, { from: 'cross-site' });
    expect(failed.headers).to.include({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
    expect(failed.location).not.to.include('unknown');
  });

  it('An unknown employee waits for the approval of an administrator, and is told what to do then', async () => {
    const waiting = await click('1234568');
    expect(waiting.text).to.include(
      '관리자에게 승인을 요청했습니다. 승인되면 하이웍스 메뉴에서 다시 여세요.',
    );
    expect(waiting.text).not.to.include('로그인되어 있습니다');
    await application.writes('No employee has user-no 1234568');
    const { rows } = await database.client.query('SELECT user_no, name, employee_no FROM login_requests');
    expect(rows).to.deep.equal([{ user_no: '1234568', name: '김서연', employee_no: '2022002' }]);

    // The statement of the page, with which the administrator approves.
    const [, approve] = /```sql\n +(INSERT INTO employees [\s\S]*?;)\n/.exec(page);
    await database.client.query(approve.replaceAll('1234567', '1234568'));
    expect((await click('1234568')).text).to.include('김서연 님으로');
  });

  it('A new employee on a shared computer sees that another user is signed in', async () => {
    await click('1234567');
    const { text } = await click('1234568');
    expect(text)
      .to.include('관리자에게 승인을 요청했습니다.')
      .and.to.include('홍길동 님으로 로그인되어 있습니다');
  });

  it("Another company's employee does not get in by the same employee number", async () => {
    // 이준호 has 홍길동's employee number, and his administrator has found out our path.
    expect((await click('1234569')).text).to.include('관리자에게 승인을 요청했습니다.');
    const { rows } = await database.client.query('SELECT * FROM employees');
    expect(rows).to.have.length(1);
  });

  it('A token without the path does not sign in', async () => {
    const { search } = new URL(await hiworks.openMenu('1234567'));
    const requests = hiworks.requests.length;
    for (const guess of ['/sso/guess', `/sso/${'A'.repeat(32)}`, path.slice(0, -1), '/sso/%E0%A4%A']) {
      const { url, status } = await browser.arrive(guess + search, { from: 'cross-site' });
      expect(url.endsWith('/?reason=wrong_path') || status === 400, guess).to.equal(true);
    }
    expect(hiworks.requests).to.have.length(requests);
  });

  it('A token is accepted once, and a user who is signed in goes on', async () => {
    const address = await hiworks.openMenu('1234567');
    await browser.arrive(address, { from: 'cross-site' });
    expect((await browser.arrive(address, { from: 'cross-site' })).url).to.equal(`${nginx.url}/`);
    const another = await new Browser(nginx.url, nginx).arrive(address, { from: 'cross-site' });
    expect(another.url).to.equal(`${nginx.url}/?reason=ERR`);
    expect(another.text).to.include(visitorMessage('ERR')).and.to.include('하이웍스 메뉴에서 열면');
  });

  it('The page of the menu login explains that Hiworks is unavailable', async () => {
    hiworks.fail('sso', { status: 503, body: '' });
    expect((await click('1234567')).text).to.include(visitorMessage('unexpected_status'));
  });

  it('The name of an employee is escaped', async () => {
    await database.client.query("UPDATE employees SET name = '<b>홍길동</b>'");
    expect((await click('1234567')).text)
      .to.include('&#60;b&#62;')
      .and.not.to.include('<b>');
  });

  it('The limit counts requests to the path in any spelling, and lets a hundred in at once', async () => {
    const limited = await startNginx('menu-login/nginx.conf', {
      '127.0.0.1:3000': `127.0.0.1:${application.port}`,
      'rate=10r/s': 'rate=1r/m', // what reaches the limit must not depend on how fast this machine is
    });
    const paths = [path, path.replace('/sso/', '/SSO/'), path.replace('/sso/', '/%73so/')];
    const statuses = await Promise.all(
      Array.from({ length: 130 }, async (_, index) => {
        const address = `${paths[index % 3]}?token=guess${index}`;
        return (await new Browser(limited.url, limited).open(address)).status;
      }),
    );
    expect(statuses.filter((status) => status !== 429)).to.have.length(101); // the first, and a burst of 100
    const other = await new Browser(limited.url, limited).open('/');
    expect(other.status).to.equal(200);
    await limited.close();
  });

  it('A former employee is signed out at once', async () => {
    await click('1234567');
    await database.client.query('DELETE FROM employees');
    expect((await browser.open('/')).text).not.to.include('홍길동');
    expect((await click('1234567')).text).to.include('관리자에게 승인을 요청했습니다.');
  });

  it('Neither path nor token is in a log of nginx or of the application', async () => {
    const address = new URL(await hiworks.openMenu('1234567'));
    await browser.arrive(address.href, { from: 'cross-site' });
    await browser.arrive(address.href.replace('/sso/', '/SSO/'), { from: 'cross-site' });
    expect(nginx.logs()).to.include('"GET / HTTP/1.1" 200');
    for (const secret of [path, address.searchParams.get('token')]) {
      expect(nginx.logs() + application.output()).not.to.include(secret);
    }
  });
});
