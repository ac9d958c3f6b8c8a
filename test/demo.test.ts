import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { problemPage } from '../build/examples/demo/pages.js';
import { explainError } from '../build/examples/demo/problems.js';
import { type DemoApp, type DemoProcess, runDemo, startDemo } from './support/demo.js';
import { type Visited, Visitor } from './support/visitor.js';

const HONG = '1234567';
const LEE_OF_ANOTHER_OFFICE = '1234569';
const READY = /The demo is ready: (\S+)/;

/** What is read on a page: the text of its body, without markup and entities. */
function pageText(html: string): string {
  return html.replace(/^.*<body>/s, '').replace(/<[^>]*>|&\w+;/g, ' ');
}

describe('the demo', () => {
  let demo: DemoApp;
  let visitor: Visitor;

  beforeEach(async () => {
    demo = await startDemo();
    visitor = new Visitor(demo.url);
  });

  afterEach(() => demo.close());

  async function toHiworks(): Promise<string> {
    return (await visitor.get('/auth/hiworks')).location as string;
  }

  async function signIn(userNo: string): Promise<Visited> {
    return visitor.get(await demo.hiworks.signIn(await toHiworks(), userNo));
  }

  function tokensSent(): string[] {
    const text = JSON.stringify(demo.hiworks.requests);
    return text.match(/\b[a-z0-9]{32}\b/g) ?? [];
  }

  describe('to somebody who is not signed in', () => {
    it('offers the sign-in, in Korean, and says which Hiworks it is', async () => {
      const { status, body, headers } = await visitor.get('/');
      expect(status).to.equal(200);
      expect(body).to.contain('<html lang="ko">').and.contain('href="/auth/hiworks">하이웍스로 로그인</a>');
      expect(body).to.contain('테스트 중입니다.');
      expect(headers.get('content-security-policy')).to.contain("default-src 'none'");
      expect(headers.get('cache-control')).to.equal('no-store');
    });

    it('sets no cookie before a login begins', async () => {
      const { headers } = await visitor.get('/');
      expect(headers.getSetCookie()).to.deep.equal([]);
    });

    it('sends a renewal and a sign-out home', async () => {
      for (const path of ['/renew', '/logout']) {
        const { status, location } = await visitor.post(path);
        expect([status, location]).to.deep.equal([303, `${demo.url}/`]);
      }
    });

    it('has a page for an address that it does not have', async () => {
      const { status, body } = await visitor.get('/nowhere');
      expect(status).to.equal(404);
      expect(body).to.contain('페이지를 찾을 수 없습니다');
    });
  });

  describe('to somebody who signs in', () => {
    it('shows the person', async () => {
      const { status, location } = await signIn(HONG);
      expect([status, location]).to.deep.equal([302, `${demo.url}/`]);
      const { body } = await visitor.get('/');
      expect(body).to.contain('홍길동 님').and.contain('hong');
      expect(body).to.contain('<dt>사용자 번호</dt><dd>1234567</dd>');
      expect(body).to.contain('<dt>오피스 번호</dt><dd>123123</dd>');
    });

    it('keeps the session cookie from scripts and from other sites', async () => {
      const { headers } = await visitor.get('/auth/hiworks');
      expect(headers.getSetCookie().join()).to.contain('HttpOnly').and.contain('SameSite=Lax');
    });

    it('gives the session a new id', async () => {
      await toHiworks();
      const before = visitor.cookie('passport-hiworks-demo');
      await signIn(HONG);
      expect(visitor.cookie('passport-hiworks-demo')).to.be.a('string').and.not.equal(before);
    });

    it('renews the token on a click', async () => {
      await signIn(HONG);
      const before = (await visitor.get('/')).body;
      expect(before).to.contain('<dt>토큰 갱신 횟수</dt><dd>0회</dd>');
      const { status, location } = await visitor.post('/renew');
      expect([status, location]).to.deep.equal([303, `${demo.url}/`]);
      expect((await visitor.get('/')).body).to.contain('<dt>토큰 갱신 횟수</dt><dd>1회</dd>');
      await visitor.post('/renew');
      expect((await visitor.get('/')).body).to.contain('<dt>토큰 갱신 횟수</dt><dd>2회</dd>');
    });

    it('never shows a whole token, nor logs one', async () => {
      await signIn(HONG);
      const pages = [(await visitor.get('/')).body];
      await visitor.post('/renew');
      pages.push((await visitor.get('/')).body);
      demo.hiworks.fail('token', { code: 'ERR', msg: '점검 중' });
      pages.push((await visitor.post('/renew')).body, demo.log.join('\n'));
      const tokens = tokensSent();
      expect(tokens).to.have.lengthOf.at.least(4);
      for (const page of pages) {
        expect(tokens.filter((token) => page.includes(token))).to.deep.equal([]);
      }
    });

    it('stays signed in when Hiworks refuses a renewal, and says what Hiworks said', async () => {
      await signIn(HONG);
      demo.hiworks.fail('token', { code: 'ERR', msg: '점검 중' });
      const { status, body } = await visitor.post('/renew');
      expect(status).to.equal(401);
      expect(body).to.contain('하이웍스가 요청을 거절했습니다').and.contain('점검 중');
      expect((await visitor.get('/')).body).to.contain('홍길동 님');
    });

    it('signs out by POST only', async () => {
      await signIn(HONG);
      expect((await visitor.get('/logout')).status).to.equal(404);
      expect((await visitor.get('/')).body).to.contain('홍길동 님');
      const { status, location } = await visitor.post('/logout');
      expect([status, location]).to.deep.equal([303, `${demo.url}/`]);
      expect((await visitor.get('/')).body)
        .to.contain('하이웍스로 로그인')
        .and.not.contain('홍길동');
    });
  });

  describe('to somebody who is not let in', () => {
    /** What a visitor reads, without what users and Hiworks are called. */
    const korean = (body: string) => pageText(body).replaceAll('passport-hiworks', '');

    async function expectRefusal(
      { status, body }: Visited,
      expected: { status: number; title: string; words?: string[]; log: RegExp },
    ) {
      expect(status).to.equal(expected.status);
      expect(body).to.contain(`<h1>${expected.title}</h1>`);
      for (const word of expected.words ?? []) {
        expect(body).to.contain(word);
      }
      expect(korean(body)).not.to.match(/[a-z]{2}/i);
      expect(demo.log).to.have.length(1);
      expect(demo.log[0]).to.match(expected.log);
      expect((await visitor.get('/')).body).to.contain('하이웍스로 로그인');
    }

    it('offers another account to somebody of another company', async () => {
      await expectRefusal(await signIn(LEE_OF_ANOTHER_OFFICE), {
        status: 403,
        title: '로그인할 수 없는 회사입니다',
        words: [
          '오피스 번호: 456456',
          '<a class="button main" href="/auth/hiworks">다른 계정으로 로그인</a>',
        ],
        log: /^403 office_not_allowed: /,
      });
    });

    it('says that the sign-in was cancelled', async () => {
      const back = await demo.hiworks.refuse(await toHiworks());
      await expectRefusal(await visitor.get(back), {
        status: 401,
        title: '로그인을 취소했습니다',
        log: /^401 access_denied: /,
      });
    });

    it('advises to sign in again if Hiworks refuses the code, and passes on why', async () => {
      demo.hiworks.fail('token', { code: 'ERR', msg: '유효하지 않은 코드입니다.' });
      await expectRefusal(await signIn(HONG), {
        status: 401,
        title: '하이웍스가 요청을 거절했습니다',
        words: ['다시 로그인해 주세요', '유효하지 않은 코드입니다.', '>다시 로그인</a>'],
        log: /^401 HiworksTokenError: .*유효하지 않은 코드입니다\./,
      });
    });

    it('says that the profile could not be read', async () => {
      demo.hiworks.fail('profile', { code: 'ERR', msg: '권한이 없습니다.' });
      await expectRefusal(await signIn(HONG), {
        status: 502,
        title: '사용자 정보를 읽지 못했습니다',
        words: ['권한이 없습니다.'],
        log: /^502 HiworksProfileError: /,
      });
    });

    it('says that Hiworks does not respond', async () => {
      await demo.close();
      demo = await startDemo(1_000);
      visitor = new Visitor(demo.url);
      demo.hiworks.fail('token', 'hang');
      await expectRefusal(await signIn(HONG), {
        status: 504,
        title: '하이웍스가 응답하지 않습니다',
        words: ['>다시 시도</a>'],
        log: /^504 HiworksTransportError: /,
      });
    });

    it('says that the connection to Hiworks broke', async () => {
      demo.hiworks.fail('token', 'reset');
      await expectRefusal(await signIn(HONG), {
        status: 502,
        title: '하이웍스와 통신하지 못했습니다',
        log: /^502 HiworksTransportError: /,
      });
    });

    it('says that the callback carried an error', async () => {
      demo.hiworks.fail('authorization', { code: 'ERR', msg: '등록되지 않은 앱입니다.' });
      const back = await demo.hiworks.signIn(await toHiworks(), HONG);
      await expectRefusal(await visitor.get(back), {
        status: 500,
        title: '하이웍스에서 로그인을 마치지 못했습니다',
        words: ['등록되지 않은 앱입니다.'],
        log: /^500 HiworksAuthorizationError: /,
      });
    });

    it('calls a lost cookie a lost cookie', async () => {
      const back = await demo.hiworks.signIn(await toHiworks(), HONG);
      visitor = new Visitor(demo.url);
      await expectRefusal(await visitor.get(back), {
        status: 403,
        title: '로그인 쿠키가 없습니다',
        words: ['쿠키를 허용한 뒤 다시 로그인해 주세요'],
        log: /^403 no_pending_login: /,
      });
    });

    it('turns down a state that is not of this browser', async () => {
      const back = await demo.hiworks.signIn(await toHiworks(), HONG);
      await expectRefusal(await visitor.get(`${back}&state=a-guess`), {
        status: 403,
        title: '이 브라우저에서 시작한 로그인이 아닙니다',
        log: /^403 state_mismatch: /,
      });
    });

    it('turns down what is no callback of Hiworks', async () => {
      await toHiworks();
      await expectRefusal(await visitor.get('/auth/hiworks/callback?auth_code=a&auth_code=b'), {
        status: 400,
        title: '로그인 요청이 올바르지 않습니다',
        log: /^400 bad_callback: /,
      });
    });

    it("keeps the words of the application's own errors in the log", async () => {
      const page = problemPage(explainError(new Error('connect to db.internal as root failed')));
      expect(page).to.contain('<h1>문제가 생겼습니다</h1>');
      expect(korean(page)).not.to.match(/[a-z]{2}/i);
      expect(explainError(new Error('connect to db.internal')).log).to.contain('connect to db.internal');
    });

    it('shows hostile words as words', async () => {
      const words = `</p><script>alert("1")</script><img src='x'> & co`;
      demo.hiworks.fail('token', { code: 'ERR', msg: words });
      const { body } = await signIn(HONG);
      expect(body).not.to.contain('<script').and.not.contain('<img');
      expect(body).to.contain(
        '&lt;/p&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&lt;img src=&#39;x&#39;&gt; &amp; co',
      );
    });
  });

  it('fails the next login if it is told that Hiworks is down', async () => {
    const { status, location, headers } = await visitor.post('/outage');
    expect([status, location]).to.deep.equal([303, `${demo.url}/auth/hiworks`]);
    // A browser follows a form's redirect to Hiworks only if the policy names it.
    expect(headers.get('content-security-policy')).to.contain(`form-action 'self' ${demo.hiworks.url};`);
    expect((await signIn(HONG)).status).to.equal(502);
    expect((await signIn(HONG)).location).to.equal(`${demo.url}/`);
  });

  it('leads from 127.0.0.1 to localhost, where the login ends', async () => {
    const elsewhere = new Visitor(demo.url.replace('localhost', '127.0.0.1'));
    for (const path of ['/', '/auth/hiworks']) {
      expect((await elsewhere.get(path)).location).to.equal(`${demo.url}/`);
    }
  });

  describe("to somebody who comes from the fake's Hiworks menu", () => {
    it('signs in, and keeps the token out of the address', async () => {
      const { status, location } = await visitor.get(await demo.hiworks.openMenu(HONG));
      expect([status, location]).to.deep.equal([302, `${demo.url}/`]);
      expect((await visitor.get('/')).body)
        .to.contain('홍길동 님')
        .and.contain('<dt>로그인 방법</dt><dd>하이웍스 메뉴</dd>');
    });

    it('takes a token once', async () => {
      const address = await demo.hiworks.openMenu(HONG);
      await visitor.get(address);
      const { status, body } = await new Visitor(demo.url).get(address);
      expect(status).to.equal(401);
      expect(body).to.contain('하이웍스가 요청을 거절했습니다');
    });

    it('creates no account for somebody who is not known', async () => {
      const { status, body } = await visitor.get(await demo.hiworks.openMenu(LEE_OF_ANOTHER_OFFICE));
      expect(status).to.equal(403);
      expect(body).to.contain('등록되지 않은 직원입니다');
      expect(demo.log.join()).to.match(/^403 unknown_employee: /);
    });

    it("refuses the menu of a stranger's office, which does not know the path", async () => {
      const { search } = new URL(await demo.hiworks.openMenu(HONG));
      const { status, body } = await visitor.get(`/menu/a-guess-of-somebody-else${search}`);
      expect(status).to.equal(404);
      expect(body).to.contain('페이지를 찾을 수 없습니다');
      expect(demo.hiworks.requests.filter(({ path }) => path.startsWith('/v4/tokens'))).to.deep.equal([]);
    });
  });
});

describe('starting the demo', () => {
  const running: DemoProcess[] = [];

  afterEach(async () => {
    await Promise.all(running.splice(0).map((demo) => demo.end('SIGKILL')));
  });

  function run(settings: Record<string, string> = {}): DemoProcess {
    const demo = runDemo(settings);
    running.push(demo);
    return demo;
  }

  async function loginAddress(demo: DemoProcess): Promise<URL> {
    const [, url = ''] = await demo.says(READY);
    return new URL((await new Visitor(url).get('/auth/hiworks')).location as string);
  }

  describe('without a client id and secret', () => {
    it('goes to the built-in fake, and says who can sign in there', async () => {
      const demo = run();
      const address = await loginAddress(demo);
      expect(address.hostname).to.equal('127.0.0.1');
      expect((await fetch(address)).status).to.equal(200);
      expect(demo.output()).to.contain(`Hiworks: the built-in fake at ${address.origin}`);
      expect(demo.output()).to.contain('홍길동 (hong) of office 123123\n');
      expect(demo.output()).to.contain('이준호 (admin) of office 456456, which is refused\n');
    });

    it('takes the allowed offices from HIWORKS_ALLOWED_OFFICES', async () => {
      const demo = run({ HIWORKS_ALLOWED_OFFICES: ' 456456, 1 ' });
      await demo.says(READY);
      expect(demo.output()).to.contain('홍길동 (hong) of office 123123, which is refused\n');
      expect(demo.output()).to.contain('이준호 (admin) of office 456456\n');
    });
  });

  describe('with HIWORKS_CLIENT_ID and HIWORKS_CLIENT_SECRET', () => {
    const client = { HIWORKS_CLIENT_ID: 'mine.open.apps', HIWORKS_CLIENT_SECRET: 'a-secret-of-mine' };

    it('goes to Hiworks itself', async () => {
      const demo = run(client);
      const address = await loginAddress(demo);
      const [, url = ''] = await demo.says(READY);
      expect(address.origin + address.pathname).to.equal('https://api.hiworks.com/open/auth/authform');
      expect(address.searchParams.get('client_id')).to.equal('mine.open.apps');
      expect(address.searchParams.get('access_type')).to.equal('offline');
      expect(address.searchParams.get('redirect_uri')).to.equal(`${url}/auth/hiworks/callback`);
      expect(demo.output()).to.contain('Hiworks: the real one, as mine.open.apps');
      expect(demo.output()).to.contain('Offices that may sign in: all');
      expect(demo.output()).not.to.contain('a-secret-of-mine');
    });

    it('answers at the path of HIWORKS_CALLBACK_URL, and says which host to begin at', async () => {
      const demo = run({ ...client, HIWORKS_CALLBACK_URL: 'http://demo.localhost:8080/back' });
      const address = await loginAddress(demo);
      expect(address.searchParams.get('redirect_uri')).to.equal('http://demo.localhost:8080/back');
      expect(demo.output()).to.contain('Open it as http://demo.localhost:8080');
      const [, url = ''] = await demo.says(READY);
      expect((await new Visitor(url).get('/back?auth_code=x')).body).to.contain('로그인 쿠키가 없습니다');
    });

    it('goes to HIWORKS_BASE_URL if it is set', async () => {
      const demo = run({ ...client, HIWORKS_BASE_URL: 'http://127.0.0.1:4000' });
      expect((await loginAddress(demo)).origin).to.equal('http://127.0.0.1:4000');
      expect(demo.output()).to.contain('Hiworks: at http://127.0.0.1:4000, as mine.open.apps');
    });

    for (const [set, missing] of [
      ['HIWORKS_CLIENT_ID', 'HIWORKS_CLIENT_SECRET'],
      ['HIWORKS_CLIENT_SECRET', 'HIWORKS_CLIENT_ID'],
    ] as const) {
      it(`does not start with ${set} alone`, async () => {
        const demo = run({ [set]: 'mine' });
        expect(await demo.end()).to.equal(1);
        expect(demo.output()).to.equal(
          `${missing} is not set. Set both HIWORKS_CLIENT_ID and HIWORKS_CLIENT_SECRET, or neither to use the fake Hiworks.\n`,
        );
      });
    }
  });

  describe('with a setting that does not do', () => {
    for (const setting of ['PORT', 'HIWORKS_PORT']) {
      it(`says that ${setting} is in use`, async () => {
        const other = createServer().listen(0, '127.0.0.1');
        await once(other, 'listening');
        const { port } = other.address() as AddressInfo;
        const demo = run({ [setting]: String(port) });
        const code = await demo.end();
        other.close();
        expect(code).to.equal(1);
        expect(demo.output()).to.equal(
          `Port ${port} is in use by another program. Set ${setting} to another one.\n`,
        );
      });

      it(`says that ${setting} is no port`, async () => {
        const demo = run({ [setting]: '65536' });
        expect(await demo.end()).to.equal(1);
        expect(demo.output()).to.equal(`${setting} must be a number from 0 to 65535, but is "65536".\n`);
      });
    }

    for (const callbackURL of ['back', 'ftp://localhost/back', 'http://localhost:3000/']) {
      it(`says that ${callbackURL} cannot be the callback URL`, async () => {
        const demo = run({ HIWORKS_CALLBACK_URL: callbackURL });
        expect(await demo.end()).to.equal(1);
        expect(demo.output()).to.match(/^HIWORKS_CALLBACK_URL must be an http: or https: URL/);
      });
    }
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends in an orderly way on ${signal}`, async () => {
      const demo = run();
      await loginAddress(demo);
      expect(await demo.end(signal)).to.equal(0);
    });
  }
});
