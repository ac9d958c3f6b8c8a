import { execFileSync } from 'node:child_process';
import { randomBytes, scryptSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { LATER, startApplication } from './support/application.mjs';
import { Browser, signIn } from './support/browser.mjs';
import { environment, startHiworks } from './support/hiworks.mjs';
import { createDatabase } from './support/postgres.mjs';
import { SESSIONS, withSessions } from './support/variants.mjs';

const page = readFileSync(new URL('../../docs/recipes/local-password.md', import.meta.url), 'utf8');
const PASSWORDS = { 'hong@example.com': 'correct horse', 'kim@example.com': 'battery staple' };
const TAKEN = '이미 다른 사용자에게 연결된 하이웍스 계정입니다.';

for (const sessions of SESSIONS) {
  describe(`Recipe: Hiworks accounts for users with a password, with ${sessions}`, () => {
    let database;
    let hiworks;
    let application;

    before(async () => {
      database = await createDatabase('users-table.sql');
      hiworks = await startHiworks();
      const settings = { ...environment(hiworks), DATABASE_URL: database.url };
      application = await startApplication(withSessions(sessions, 'local-password.mjs'), settings);
    });
    beforeEach(async () => {
      await database.client.query('TRUNCATE users RESTART IDENTITY');
      for (const [email, password] of Object.entries(PASSWORDS)) {
        const salt = randomBytes(16);
        await database.client.query(
          'INSERT INTO users (name, email, password_salt, password_hash) VALUES ($1, $1, $2, $3)',
          [email, salt, scryptSync(password, salt, 64)],
        );
      }
    });
    after(async () => {
      await application.stop();
      await hiworks.close();
      await database.client.end();
    });

    const post = (browser, path, form, from) => browser.arrive(path, { method: 'POST', form, from });

    async function signedIn(email) {
      const browser = new Browser(application.url);
      const arrived = await post(browser, '/login', { email, password: PASSWORDS[email] });
      expect(arrived.text).to.include(`<p>${email} 님</p>`);
      return browser;
    }
    const hong = () => signedIn('hong@example.com');
    const kim = () => signedIn('kim@example.com');

    const propose = (browser, userNo) => signIn(browser, hiworks, userNo, '/connect/hiworks');
    const idOn = (proposed) => /name="proposal" type="hidden" value="([\w-]+)"/.exec(proposed.text)?.[1];
    const confirm = (browser, proposed, password, from) =>
      post(browser, '/connect', { proposal: idOn(proposed), password }, from);

    async function connected() {
      const { rows } = await database.client.query(
        'SELECT email, office_no, user_no FROM users WHERE user_no IS NOT NULL',
      );
      return rows;
    }

    async function connect(browser, email, userNo) {
      const arrived = await confirm(browser, await propose(browser, userNo), PASSWORDS[email]);
      expect(arrived.text).to.include(`하이웍스 사용자 번호: ${userNo}`);
    }

    it('The right password signs in, and no other does', async () => {
      const browser = new Browser(application.url);
      const wrong = await post(browser, '/login', { email: 'hong@example.com', password: 'wrong' });
      expect(wrong.text).to.include('메일 주소나 비밀번호가 올바르지 않습니다.');
      const nothing = await post(browser, '/login', {});
      expect(nothing.text).to.include('메일 주소나 비밀번호가 올바르지 않습니다.');
      await hong();
    });

    it("Another site's form signs no user in", async () => {
      const form = { email: 'hong@example.com', password: PASSWORDS['hong@example.com'] };
      expect((await post(new Browser(application.url), '/login', form, 'cross-site')).status).to.equal(403);
      expect((await post(new Browser(application.url), '/login', form, 'same-site')).status).to.equal(403);
    });

    it('Repeated and nested form fields get a response, and the application goes on', async () => {
      const browser = new Browser(application.url);
      for (const body of [
        'email=a&email=b&password=c&password=d',
        'email[x]=a&password[y]=b',
        'email=%00&password=x',
      ]) {
        const { status } = await browser.open('/login', {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        });
        expect(status, body).to.be.oneOf([302, 500]);
      }
      await hong();
    });

    it('A Hiworks account that is not connected is refused with a text, and its number is logged', async () => {
      const arrived = await signIn(new Browser(application.url), hiworks, '1234567');
      expect(arrived.url).to.equal(`${application.url}/login?reason=not_connected`);
      expect(arrived.text).to.include('비밀번호로 로그인해 먼저 연결해 주세요.');
      await application.writes('No active user has user_no 1234567');
    });

    it('The callback proposes an account by name and number, and the password connects it', async () => {
      const browser = await hong();
      const proposed = await propose(browser, '1234567');
      expect(proposed.text).to.include('하이웍스 계정 홍길동 (사용자 번호 1234567)을 연결하려면');
      expect(await connected()).to.be.empty;
      await confirm(browser, proposed, PASSWORDS['hong@example.com']);
      expect(await connected()).to.deep.equal([
        { email: 'hong@example.com', office_no: '123123', user_no: '1234567' },
      ]);
      expect((await signIn(new Browser(application.url), hiworks, '1234567')).text).to.include(
        'hong@example.com 님',
      );
    });

    it('The names on the page are escaped', async () => {
      const odd = await startHiworks({
        users: [
          { userNo: '1234567', officeNo: '123123', userId: 'hong', name: '<img src=x onerror=alert(1)>' },
        ],
      });
      const settings = { ...environment(odd), DATABASE_URL: database.url };
      const other = await startApplication(withSessions(sessions, 'local-password.mjs'), settings);
      await database.client.query("UPDATE users SET name = '<b>홍</b>' WHERE id = 1");
      const browser = new Browser(other.url);
      await post(browser, '/login', { email: 'hong@example.com', password: PASSWORDS['hong@example.com'] });
      const { text } = await signIn(browser, odd, '1234567', '/connect/hiworks');
      expect(text)
        .to.include('&#60;img')
        .and.to.include('&#60;b&#62;')
        .and.not.to.match(/<img|<b>/);
      await other.stop();
      await odd.close();
    });

    it('A wrong password connects nothing, and the form is shown again', async () => {
      const browser = await hong();
      const proposed = await propose(browser, '1234567');
      const again = await confirm(browser, proposed, PASSWORDS['kim@example.com']);
      expect(again.text).to.include('비밀번호가 올바르지 않습니다.');
      expect(await connected()).to.be.empty;
      await confirm(browser, again, PASSWORDS['hong@example.com']);
      expect(await connected()).to.have.length(1);
    });

    it("Another site's form, or a request without the form, connects nothing", async () => {
      const browser = await hong();
      const proposed = await propose(browser, '1234567');
      const password = PASSWORDS['hong@example.com'];
      expect((await confirm(browser, proposed, password, 'same-site')).status).to.equal(403);
      expect(
        (await browser.open(`/connect?proposal=${idOn(proposed)}&password=${password}`)).status,
      ).to.equal(404);
      expect((await post(browser, '/connect', { password })).text).to.include('처음부터 다시 연결해 주세요');
      expect((await browser.arrive('/connect', { method: 'POST' })).text).to.include(
        '처음부터 다시 연결해 주세요',
      );
      expect(await connected()).to.be.empty;
    });

    it('A connected account is not replaced', async () => {
      const browser = await hong();
      const early = await propose(browser, '1234567');
      await confirm(browser, early, PASSWORDS['hong@example.com']);
      const { text } = await propose(browser, '1234568');
      expect(text)
        .to.include('이미 하이웍스 계정이 연결되어 있습니다.')
        .and.not.to.include('name="proposal"');
      expect((await connected())[0].user_no).to.equal('1234567');

      // Until an administrator runs the page's statement.
      const [, statement] = /```sql\n(UPDATE users .*;)\n/.exec(page);
      await database.client.query(statement);
      await connect(browser, 'hong@example.com', '1234568');
    });

    it('A connected account is not replaced by a second session at the same moment', async () => {
      const [one, two] = [await hong(), await hong()];
      const [first, second] = [await propose(one, '1234567'), await propose(two, '1234568')];
      const pages = await Promise.all([
        confirm(one, first, PASSWORDS['hong@example.com']),
        confirm(two, second, PASSWORDS['hong@example.com']),
      ]);
      expect(pages.filter(({ text }) => text.includes('이미 하이웍스 계정이 연결되어'))).to.have.length(1);
      expect(await connected()).to.have.length(1);
    });

    it('A double click on the form connects once, without an error', async () => {
      const browser = await hong();
      const proposed = await propose(browser, '1234567');
      const clicks = [1, 2].map(() => confirm(browser, proposed, PASSWORDS['hong@example.com']));
      for (const { url } of await Promise.all(clicks)) {
        expect(url).to.equal(`${application.url}/`);
      }
    });

    it('An account of another user is not connected, even at the same moment', async () => {
      const browsers = [await hong(), await kim()];
      const proposed = [await propose(browsers[0], '1234567'), await propose(browsers[1], '1234567')];
      const pages = await Promise.all([
        confirm(browsers[0], proposed[0], PASSWORDS['hong@example.com']),
        confirm(browsers[1], proposed[1], PASSWORDS['kim@example.com']),
      ]);
      expect(pages.filter(({ text }) => text.includes(TAKEN))).to.have.length(1);
      expect(await connected()).to.have.length(1);
    });

    it('A forged callback after a foreign start neither proposes an account nor changes who is signed in', async () => {
      const attacker = await kim();
      const { location } = await attacker.open('/connect/hiworks');
      const forged = await hiworks.signIn(location, '1234568');
      const victim = await hong();
      await victim.open('/connect/hiworks', { from: 'cross-site' });
      const arrived = await victim.arrive(forged, { from: 'cross-site' });
      expect(arrived.text).to.include('hong@example.com 님').and.not.to.include('name="proposal"');
      expect(await connected()).to.be.empty;
    });

    it('A forged callback during a pending login only proposes, and the page shows whose account it is', async () => {
      const attacker = await kim();
      const forged = await hiworks.signIn((await attacker.open('/connect/hiworks')).location, '1234568');
      const victim = await hong();
      await victim.open('/connect/hiworks');
      const arrived = await victim.arrive(forged, { from: 'cross-site' });
      expect(arrived.text).to.include('하이웍스 계정 김서연 (사용자 번호 1234568)을 연결하려면');
      expect(await connected()).to.be.empty;
    });

    it('An account that was proposed after the form was shown is not connected', async () => {
      const victim = await hong();
      const seen = await propose(victim, '1234567');
      await propose(victim, '1234568'); // a forged callback, say
      const arrived = await confirm(victim, seen, PASSWORDS['hong@example.com']);
      expect(arrived.url).to.include('?reason=no_proposal');
      expect(await connected()).to.be.empty;
    });

    it('A proposal to one user is not connected by the next user of the same browser', async () => {
      const browser = await kim();
      const proposed = await propose(browser, '1234567');
      const next = await post(browser, '/login', {
        email: 'hong@example.com',
        password: PASSWORDS['hong@example.com'],
      });
      expect(next.text).to.include('hong@example.com 님').and.not.to.include('name="proposal"');
      await confirm(browser, proposed, PASSWORDS['hong@example.com']);
      expect(await connected()).to.be.empty;
    });

    it('A proposal is not connected after ten minutes', async () => {
      const own = await startHiworks();
      const settings = { ...environment(own), DATABASE_URL: database.url, ...LATER };
      const other = await startApplication(withSessions(sessions, 'local-password.mjs'), settings);
      const browser = new Browser(other.url);
      const password = PASSWORDS['hong@example.com'];
      await post(browser, '/login', { email: 'hong@example.com', password });
      const proposed = await signIn(browser, own, '1234567', '/connect/hiworks');
      other.later();
      await other.writes('later');
      expect((await browser.open('/')).text).not.to.include('name="proposal"');
      expect((await confirm(browser, proposed, password)).url).to.include('?reason=no_proposal');
      expect(await connected()).to.be.empty;
      await other.stop();
      await own.close();
    });

    it("The id of another user's proposal connects nothing", async () => {
      const proposed = await propose(await kim(), '1234568');
      const victim = await hong();
      await propose(victim, '1234567');
      await confirm(victim, proposed, PASSWORDS['hong@example.com']);
      expect(await connected()).to.be.empty;
    });

    it('A login that was started to sign in proposes nothing', async () => {
      const browser = new Browser(application.url);
      const { location } = await browser.open('/auth/hiworks');
      const callback = await hiworks.signIn(location, '1234567');
      await post(browser, '/login', { email: 'kim@example.com', password: PASSWORDS['kim@example.com'] });
      const { text } = await browser.arrive(callback, { from: 'cross-site' });
      expect(text).to.include('kim@example.com 님').and.not.to.include('name="proposal"');
    });

    it('A login that was started to connect signs no user in', async () => {
      await connect(await hong(), 'hong@example.com', '1234567');
      const browser = await kim();
      const { location } = await browser.open('/connect/hiworks');
      const callback = await hiworks.signIn(location, '1234567');
      const arrived = await new Browser(application.url).arrive(callback, { from: 'cross-site' });
      expect(arrived.url).to.equal(`${application.url}/login?reason=no_pending_login`);
    });

    it('A user who is signed in goes on when a callback is used again', async () => {
      await connect(await hong(), 'hong@example.com', '1234567');
      const browser = new Browser(application.url);
      const { location } = await browser.open('/auth/hiworks');
      const callback = await hiworks.signIn(location, '1234567');
      await browser.arrive(callback, { from: 'cross-site' });
      const again = await browser.arrive(callback, { from: 'cross-site' });
      expect(again.url).to.equal(`${application.url}/`);
      expect(again.text).to.include('hong@example.com 님');
    });

    it('A user who cancels at Hiworks is told so', async () => {
      const browser = await hong();
      const { location } = await browser.open('/connect/hiworks');
      const { text } = await browser.arrive(await hiworks.refuse(location), { from: 'cross-site' });
      expect(text).to.include('하이웍스에서 로그인을 취소했습니다.').and.to.include('hong@example.com 님');
    });

    it("The page's statement lets a new employee in who has no password", async () => {
      const [, statement] = /```sql\n(INSERT INTO users .*;)\n/.exec(page);
      await database.client.query(statement);
      const arrived = await signIn(new Browser(application.url), hiworks, '1234568');
      expect(arrived.text).to.include('김서연 님');
      const form = { email: '', password: '' };
      expect((await post(new Browser(application.url), '/login', form)).url).to.include('wrong_login');
    });

    it("The page's command makes a user who signs in with a password", async () => {
      await database.client.query('TRUNCATE users');
      const [, command] = /```sh\n(node -p [\s\S]*?) \| psql tool\n```/.exec(page);
      await database.client.query(execFileSync('sh', ['-c', command], { encoding: 'utf8' }));
      const form = { email: 'hong@example.com', password: 'correct horse' };
      expect((await post(new Browser(application.url), '/login', form)).text).to.include('홍길동 님');
    });

    it('A deactivated user is signed out, and gets in by neither way', async () => {
      const browser = await hong();
      await connect(browser, 'hong@example.com', '1234567');
      await database.client.query('UPDATE users SET active = false');
      expect((await browser.arrive('/')).url).to.equal(`${application.url}/login`);
      expect((await signIn(browser, hiworks, '1234567')).url).to.include('not_connected');
      const form = { email: 'hong@example.com', password: PASSWORDS['hong@example.com'] };
      expect((await post(browser, '/login', form)).url).to.include('wrong_login');
    });

    if (sessions === SESSIONS[0]) {
      it('An unknown user, and one without a password, take as long as a wrong password', async () => {
        await database.client.query("INSERT INTO users (name, email) VALUES ('이준호', 'lee@example.com')");
        const browser = new Browser(application.url);
        const times = { 'hong@example.com': [], 'unknown@example.com': [], 'lee@example.com': [] };
        for (let round = 0; round < 15; round++) {
          for (const email of Object.keys(times)) {
            const start = performance.now();
            await browser.open('/login', { method: 'POST', form: { email, password: 'wrong' } });
            times[email].push(performance.now() - start);
          }
        }
        const [known, ...others] = Object.values(times).map((list) => list.sort((a, b) => a - b)[7]);
        for (const time of others) {
          expect(time / known).to.be.within(0.5, 2); // without a hash to compare with: 0.04
        }
      });
    }
  });
}
