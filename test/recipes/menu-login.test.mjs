import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
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
    database = await createDatabase();
    hiworks = await startHiworks();
    const port = String(await freePort());
    nginx = await startNginx('menu-login/nginx.conf', {
      '127.0.0.1:3000': `127.0.0.1:${port}`,
      'rate=10r/s': 'rate=1r/m', // what reaches the limit must not depend on how fast this machine is
    });
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

  /** As the page says how to make one. */
  function makePath() {
    const [, command] = /```sh\n +(node -e .*)\n/.exec(page);
    return execFileSync('sh', ['-c', command], { encoding: 'utf8' }).trim();
  }

  const click = async (userNo) => browser.arrive(await hiworks.openMenu(userNo), { from: 'cross-site' });

  it('has a path that is a new one each time', () => {
    expect(path).to.match(/^\/sso\/[\w-]{32}$/);
    expect(makePath()).not.to.equal(path);
  });

  it('signs an employee in at a click, and says on the next page who is signed in', async () => {
    const arrived = await click('1234567');
    expect(arrived.url).to.equal(`${nginx.url}/`);
    expect(arrived.text).to.include('홍길동 님으로 로그인되어 있습니다');
  });

  it('redirects at once, and hands the address on to nobody', async () => {
    const step = await browser.open(await hiworks.openMenu('1234567'), { from: 'cross-site' });
    expect([step.status, step.location]).to.deep.equal([302, `${nginx.url}/`]);
    expect(step.headers).to.include({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
  });

  it('lets in nobody it does not know, and asks an administrator', async () => {
    expect((await click('1234568')).text).to.equal('관리자의 승인을 기다리고 있습니다.');
    expect((await browser.open('/')).text).to.equal('하이웍스 메뉴에서 열어 주세요.');
    const { rows } = await database.client.query('SELECT user_no, name, employee_no FROM login_requests');
    expect(rows).to.deep.equal([{ user_no: '1234568', name: '김서연', employee_no: '2022002' }]);

    // The statement of the page, with which the administrator approves.
    const [, approve] = /```sql\n +(INSERT INTO employees .*;)\n/.exec(page);
    await database.client.query(approve.replaceAll('1234567', '1234568'));
    expect((await click('1234568')).text).to.include('김서연 님으로');
  });

  it("does not take another company's employee for one of ours by the same employee number", async () => {
    // 이준호 has 홍길동's employee number, and his administrator has found out our path.
    expect((await click('1234569')).text).to.equal('관리자의 승인을 기다리고 있습니다.');
    const { rows } = await database.client.query('SELECT * FROM employees');
    expect(rows).to.have.length(1);
  });

  it('lets nobody in who does not know the path', async () => {
    const { search } = new URL(await hiworks.openMenu('1234567'));
    const requests = hiworks.requests.length;
    for (const guess of ['/sso/guess', `/sso/${'A'.repeat(32)}`, path.slice(0, -1)]) {
      expect((await browser.open(guess + search, { from: 'cross-site' })).status).to.equal(404);
    }
    expect(hiworks.requests).to.have.length(requests);
  });

  it('takes a token once', async () => {
    const address = await hiworks.openMenu('1234567');
    await browser.arrive(address, { from: 'cross-site' });
    expect((await new Browser(nginx.url, nginx).arrive(address, { from: 'cross-site' })).status).to.equal(
      401,
    );
  });

  it('signs a former employee out at once', async () => {
    await click('1234567');
    await database.client.query('DELETE FROM employees');
    expect((await browser.open('/')).text).to.equal('하이웍스 메뉴에서 열어 주세요.');
    expect((await click('1234567')).text).to.equal('관리자의 승인을 기다리고 있습니다.');
  });

  it('writes neither path nor token into a log of nginx', async () => {
    const address = new URL(await hiworks.openMenu('1234567'));
    await browser.arrive(address.href, { from: 'cross-site' });
    expect(nginx.logs()).to.include('"GET / HTTP/1.1" 200');
    for (const secret of [path, address.searchParams.get('token')]) {
      expect(nginx.logs() + application.output()).not.to.include(secret);
    }
  });
});
