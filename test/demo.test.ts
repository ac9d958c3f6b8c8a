import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { visitorMessage } from 'passport-hiworks';
import { type DemoApp, type DemoProcess, runDemo, startDemo } from './support/demo.js';
import { type Visited, Visitor } from './support/visitor.js';

const HONG = '1234567';
const LEE_OF_ANOTHER_OFFICE = '1234569';
const READY = /The demo is ready: (\S+)/;

describe('The demo', () => {
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

  const isHome = ({ status, location }: Visited) => status < 400 && location === `${demo.url}/`;

  it('shows a sign-in button in Korean, which Hiworks it talks to, and no cookie', async () => {
    const { status, body, headers } = await visitor.get('/');
    expect(status).to.equal(200);
    expect(body).to.include('<html lang="ko">').and.include('href="/auth/hiworks">하이웍스로 로그인</a>');
    expect(body).to.include('가짜 하이웍스에 연결되어 있습니다.').and.include('name="viewport"');
    expect(headers.getSetCookie()).to.deep.equal([]);
  });

  it('sends pages that run nothing, stay in no cache and no frame, and pass no address on', async () => {
    for (const path of ['/', '/auth/hiworks/callback?auth_code=x', '/nowhere']) {
      const { headers } = await visitor.get(path);
      expect(headers.get('content-security-policy'))
        .to.include("default-src 'none'")
        .and.include("frame-ancestors 'none'");
      expect(headers.get('referrer-policy')).to.equal('no-referrer');
      expect(headers.get('cache-control')).to.equal('no-store');
    }
  });

  it('signs in with a new session, and shows the user', async () => {
    await toHiworks();
    const before = visitor.cookie('passport-hiworks-demo');
    expect(isHome(await signIn(HONG))).to.equal(true);
    expect(visitor.cookie('passport-hiworks-demo')).to.be.a('string').and.not.equal(before);
    expect((await visitor.get('/')).body)
      .to.include('홍길동 님')
      .and.include('<dt>사용자 번호</dt><dd>1234567</dd>')
      .and.include('<dt>오피스 번호</dt><dd>123123</dd>');
  });

  it('keeps the session cookie from scripts and from requests of other sites', async () => {
    const { headers } = await visitor.get('/auth/hiworks');
    expect(headers.getSetCookie().join()).to.include('HttpOnly').and.include('SameSite=Lax');
  });

  it('goes on to its page if the user is signed in already', async () => {
    const stale = await demo.hiworks.signIn(await toHiworks(), HONG);
    await visitor.get(stale);
    for (const address of [stale, `${stale}&state=old`, '/auth/hiworks']) {
      expect(isHome(await visitor.get(address)), address).to.equal(true);
    }
    expect(demo.log).to.deep.equal([]);
  });

  it('signs out by POST only', async () => {
    await signIn(HONG);
    expect((await visitor.get('/logout')).status).to.equal(404);
    expect(isHome(await visitor.post('/logout'))).to.equal(true);
    expect((await visitor.get('/')).body)
      .to.include('하이웍스로 로그인')
      .and.not.include('홍길동');
  });

  describe('failures', () => {
    /** Expects the text of `visitorMessage` for a code on the page, and the reason in the log. */
    function expectFailure({ status, body }: Visited, code: string, expected: number, logged = code): void {
      expect(body).to.include(`<p>${visitorMessage(code)}</p>`);
      expect(status).to.equal(expected);
      expect(demo.log).to.have.length(1);
      expect(demo.log[0]).to.match(new RegExp(`^${expected} ${logged}: .`));
    }

    it('shows users of another company that they cannot sign in, and their office number', async () => {
      const visited = await signIn(LEE_OF_ANOTHER_OFFICE);
      expectFailure(visited, 'office_not_allowed', 403);
      expect(visited.body).to.include('오피스 번호: 456456').and.include('href="/auth/hiworks"');
    });

    it('shows that the sign-in was cancelled', async () => {
      expectFailure(await visitor.get(await demo.hiworks.refuse(await toHiworks())), 'access_denied', 401);
    });

    it('shows a callback without its cookie as a login that is over', async () => {
      const back = await demo.hiworks.signIn(await toHiworks(), HONG);
      visitor = new Visitor(demo.url);
      expectFailure(await visitor.get(back), 'no_pending_login', 403);
    });

    it('shows what Hiworks wrote, escaped, and logs it', async () => {
      const msg = `</p><script>alert("1")</script>`;
      demo.hiworks.fail('token', { code: 'ERR', msg });
      const visited = await signIn(HONG);
      expectFailure(visited, 'ERR', 401, 'HiworksTokenError');
      expect(visited.body)
        .to.include('하이웍스의 안내: &#60;/p&#62;&#60;script&#62;')
        .and.not.include('<script');
    });

    it('shows that Hiworks could not be reached', async () => {
      demo.hiworks.fail('token', 'reset');
      expectFailure(await signIn(HONG), 'connection_failed', 502, 'HiworksTransportError');
    });

    it('has a page for an unknown address', async () => {
      const { status, body } = await visitor.get('/nowhere');
      expect(status).to.equal(404);
      expect(body).to.include('<h1>페이지를 찾을 수 없습니다</h1>');
    });
  });

  it('leads from 127.0.0.1 to localhost, where the login ends', async () => {
    const elsewhere = new Visitor(demo.url.replace('localhost', '127.0.0.1'));
    for (const path of ['/', '/auth/hiworks']) {
      expect(isHome(await elsewhere.get(path))).to.equal(true);
    }
  });

  it("signs in from the fake's menu, and keeps the token out of the address", async () => {
    expect(isHome(await visitor.get(await demo.hiworks.openMenu(HONG)))).to.equal(true);
    expect((await visitor.get('/')).body)
      .to.include('홍길동 님')
      .and.include('<dt>로그인 방법</dt><dd>하이웍스 메뉴</dd>');
  });

  it('creates no account for an unknown user of the menu', async () => {
    const { status, body } = await visitor.get(await demo.hiworks.openMenu(LEE_OF_ANOTHER_OFFICE));
    expect(status).to.equal(401);
    expect(body).to.include('등록되지 않은 직원입니다');
    expect(demo.log.join()).to.match(/^401 unknown_employee: /);
  });

  it("refuses the menu of another company's Hiworks, which does not know the path", async () => {
    const { search } = new URL(await demo.hiworks.openMenu(HONG));
    const { status } = await visitor.get(`/menu/guessed-by-another-company${search}`);
    expect(status).to.equal(404);
    expect(demo.hiworks.requests.filter(({ path }) => path.startsWith('/v4/tokens'))).to.deep.equal([]);
  });
});

describe('npm start', () => {
  const client = { HIWORKS_CLIENT_ID: 'mine.open.apps', HIWORKS_CLIENT_SECRET: 'a-secret-of-mine' };
  const running: DemoProcess[] = [];

  afterEach(async () => {
    await Promise.all(running.splice(0).map((demo) => demo.end('SIGKILL')));
  });

  function run(settings: Record<string, string> = {}): DemoProcess {
    const demo = runDemo(settings);
    running.push(demo);
    return demo;
  }

  /** Resolves with the demo's address, and where its login leads. */
  async function addresses(demo: DemoProcess): Promise<{ url: string; hiworks: URL }> {
    const [, url = ''] = await demo.prints(READY);
    return { url, hiworks: new URL((await new Visitor(url).get('/auth/hiworks')).location as string) };
  }

  it('talks to the built-in fake without a client, and prints who can sign in there', async () => {
    const demo = run();
    const { hiworks } = await addresses(demo);
    expect((await fetch(hiworks)).status).to.equal(200);
    expect(demo.output())
      .to.include(`Hiworks: the built-in fake at ${hiworks.origin}`)
      .and.include('홍길동 (hong) of office 123123\n')
      .and.include('이준호 (admin) of office 456456, which is refused\n');
  });

  it('talks to Hiworks with a client, and prints no secret', async () => {
    const demo = run({ ...client, HIWORKS_OFFICE_NO: '391341, 391342' });
    const { url, hiworks } = await addresses(demo);
    expect(hiworks.origin + hiworks.pathname).to.equal('https://api.hiworks.com/open/auth/authform');
    expect(hiworks.searchParams.get('client_id')).to.equal('mine.open.apps');
    expect(hiworks.searchParams.get('redirect_uri')).to.equal(`${url}/auth/hiworks/callback`);
    expect(demo.output())
      .to.include('Hiworks: https://api.hiworks.com, as mine.open.apps')
      .and.include('Offices that may sign in: 391341, 391342\n')
      .and.not.include('a-secret-of-mine');
  });

  it('responds at HIWORKS_CALLBACK_URL, and prints at which host to start', async () => {
    const demo = run({
      ...client,
      HIWORKS_CALLBACK_URL: 'http://demo.localhost:8080/back',
      HIWORKS_BASE_URL: 'http://127.0.0.1:4000',
    });
    const { url, hiworks } = await addresses(demo);
    expect(hiworks.origin).to.equal('http://127.0.0.1:4000');
    expect(hiworks.searchParams.get('redirect_uri')).to.equal('http://demo.localhost:8080/back');
    expect(demo.output()).to.include('Open it at http://demo.localhost:8080');
    expect((await new Visitor(url).get('/back?auth_code=x')).status).to.equal(403);
  });

  it('prints one line and ends with 1 if the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const demo = run({ PORT: String(port) });
    const code = await demo.end();
    other.close();
    expect(code).to.equal(1);
    expect(demo.output()).to.equal(`Port ${port} is already in use. Set PORT to another one.\n`);
  });

  for (const [setting, value] of [
    ['HIWORKS_CLIENT_ID', 'mine'],
    ['HIWORKS_CLIENT_SECRET', 'mine'],
    ['HIWORKS_CLIENT_ID', ''],
    ['HIWORKS_OFFICE_NO', ''],
    ['HIWORKS_CALLBACK_URL', 'back'],
    ['HIWORKS_CALLBACK_URL', 'http://localhost:3000/'],
    ['PORT', '65536'],
  ] as const) {
    it(`prints one line and ends with 1 for ${setting}="${value}"`, async () => {
      const demo = run({ [setting]: value });
      expect(await demo.end()).to.equal(1);
      expect(demo.output())
        .to.match(/^[^\n]+\n$/)
        .and.include(setting.replace(/ID|SECRET/, ''));
    });
  }
});
