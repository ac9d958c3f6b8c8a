import { expect } from 'chai';
import type { HiworksServer } from 'passport-hiworks/testing';
import {
  authorization,
  CALLBACK,
  closingServers,
  codeOf,
  exchangeFields,
  HONG,
  postForm,
  rejection,
} from './support/testing.js';

describe('passport-hiworks/testing: signing in', () => {
  const start = closingServers();

  describe('the sign-in page', () => {
    it('is a Korean page that says it is fake and offers every user by office, and a way out', async () => {
      const response = await fetch(authorization(await start()));
      const html = await response.text();
      expect(response.status).to.equal(200);
      expect(response.headers.get('content-type')).to.equal('text/html; charset=utf-8');
      expect(response.headers.get('cache-control')).to.equal('no-store');
      expect(html).to.include('<html lang="ko">').and.include('<h1>하이웍스 로그인</h1>');
      expect(html).to.include('이 페이지는 테스트용 가짜 하이웍스입니다');
      expect(html.match(/<legend>[^<]*/g)).to.deep.equal([
        '<legend>오피스 번호 123123',
        '<legend>오피스 번호 456456',
      ]);
      expect(html.match(/<button name="user_no"/g)).to.have.length(4);
      expect(html).to.include('<button name="user_no" value="1234567"><strong>홍길동</strong>');
      expect(html).to.include('>취소</button>');
    });

    it('runs no script, and its policy does not stop the redirect from its form', async () => {
      const response = await fetch(authorization(await start()));
      const policy = response.headers.get('content-security-policy');
      expect(policy).to.include("default-src 'none'").and.not.include('form-action');
      expect(await response.text()).not.to.match(/<script|javascript:|https?:\/\/(?!localhost:3000)/);
    });

    it('escapes what comes from the application and from the options, and hands state on unharmed', async () => {
      const state = `"'><script>&amp;`;
      const server = await start({ users: [{ ...HONG, name: '<b>&홍' }], echoState: true });
      const html = await (await fetch(authorization(server, { state }))).text();
      expect(html).to.include('&lt;b&gt;&amp;홍').and.not.include('<script');
      const location = await server.signIn(authorization(server, { state }), HONG.userNo);
      expect(new URL(location).searchParams.get('state')).to.equal(state);
    });

    it('tolerates response_type, the registered redirect_uri and unknown parameters', async () => {
      const query = { response_type: 'code', redirect_uri: CALLBACK, scope: 'x' };
      const server = await start();
      const location = await server.signIn(authorization(server, query), HONG.userNo);
      expect(codeOf(location)).to.match(/^[a-z0-9]{32}$/);
      expect(server.requests[1]?.form).to.have.all.keys(
        'client_id',
        'access_type',
        'redirect_uri',
        'user_no',
      );
    });

    const refusals: [string, Record<string, string>, string][] = [
      ['an unknown client', { client_id: 'x' }, '값이 올바르지 않습니다: client_id'],
      ['an empty client', { client_id: '' }, '필수 항목이 없습니다: client_id'],
      ['an unknown access_type', { access_type: 'always' }, '값이 올바르지 않습니다: access_type'],
      ['another response_type', { response_type: 'token' }, '값이 올바르지 않습니다: response_type'],
      ['a relative redirect_uri', { redirect_uri: '/callback' }, 'http 또는 https로 시작하는'],
    ];
    for (const [name, query, text] of refusals) {
      it(`is a readable error page for ${name}`, async () => {
        const response = await fetch(authorization(await start(), query));
        expect(response.status).to.equal(400);
        expect(await response.text())
          .to.include(text)
          .and.include('가짜 하이웍스');
      });
    }

    it('is an error page without a client_id and for a repeated one', async () => {
      const server = await start();
      const missing = await fetch(`${server.url}/open/auth/authform`);
      expect(missing.status).to.equal(400);
      expect(await missing.text()).to.include('필수 항목이 없습니다: client_id');
      const repeated = await fetch(`${authorization(server)}&client_id=${server.options.clientID}`);
      expect(repeated.status).to.equal(400);
      expect(await repeated.text()).to.include('항목이 두 번 이상 왔습니다: client_id');
    });

    it('names both addresses if redirect_uri is not the registered one', async () => {
      const server = await start();
      const redirect_uri = 'http://localhost:4000/other';
      const response = await fetch(authorization(server, { redirect_uri }));
      expect(response.status).to.equal(400);
      expect(await response.text())
        .to.include(redirect_uri)
        .and.include(CALLBACK);
    });

    it('opens with GET only, so that a link preview issues no code', async () => {
      const server = await start({ signInAs: HONG.userNo });
      const response = await fetch(authorization(server), { method: 'HEAD', redirect: 'manual' });
      expect(response.status).to.equal(400);
    });
  });

  describe('choosing a user', () => {
    it('redirects to the callback with a new auth_code, keeping its own query', async () => {
      const server = await start({ callbackURL: `${CALLBACK}?tenant=a%20b` });
      const first = new URL(await server.signIn(authorization(server), HONG.userNo));
      const second = await server.signIn(authorization(server), HONG.userNo);
      expect(first.origin + first.pathname).to.equal(CALLBACK);
      expect([...first.searchParams.keys()]).to.deep.equal(['tenant', 'auth_code']);
      expect(first.searchParams.get('tenant')).to.equal('a b');
      expect(first.searchParams.get('auth_code')).to.match(/^[a-z0-9]{32}$/);
      expect(codeOf(second)).not.to.equal(codeOf(first.href));
    });

    it('keeps state to itself by default, and returns it with echoState', async () => {
      const silent = await start();
      const echoing = await start({ echoState: true });
      const stateOf = async (server: HiworksServer, query: Record<string, string>) =>
        new URL(await server.signIn(authorization(server, query), HONG.userNo)).searchParams.get('state');
      expect(await stateOf(silent, { state: 's1' })).to.equal(null);
      expect(await stateOf(echoing, { state: 's1' })).to.equal('s1');
      expect(await stateOf(echoing, {})).to.equal(null);
    });

    it('skips the page with signInAs', async () => {
      const server = await start({ signInAs: HONG.userNo });
      const response = await fetch(authorization(server), { redirect: 'manual' });
      const location = response.headers.get('location') ?? '';
      expect(response.status).to.equal(302);
      const { data } = await postForm(server, exchangeFields(server, codeOf(location)));
      expect(data.user_no).to.equal(HONG.userNo);
      expect(codeOf(await server.signIn(authorization(server), HONG.userNo))).to.match(/^[a-z0-9]{32}$/);
    });

    it('says so if signInAs leaves nothing to choose', async () => {
      const server = await start({ signInAs: HONG.userNo });
      const another = await rejection(server.signIn(authorization(server), '1234569'));
      expect(another.message).to.include('signInAs is 1234567');
      expect((await rejection(server.refuse(authorization(server)))).message).to.include('signInAs');
    });

    it('comes back with access_denied if the user presses 취소', async () => {
      const server = await start({ echoState: true });
      const location = await server.refuse(authorization(server, { state: 's1' }));
      expect(Object.fromEntries(new URL(location).searchParams)).to.deep.equal({
        state: 's1',
        error: 'access_denied',
        error_description: '사용자가 로그인을 취소했습니다.',
      });
    });

    it('fails with the text of the page if Hiworks refuses', async () => {
      const server = await start();
      const unknownClient = await rejection(
        server.signIn(authorization(server, { client_id: 'x' }), HONG.userNo),
      );
      expect(unknownClient.message).to.match(
        /^Hiworks refused with HTTP 400: 로그인 요청을 처리할 수 없습니다/,
      );
      expect(unknownClient.message).to.match(/값이 올바르지 않습니다: client_id$/);
      const stranger = await rejection(server.signIn(authorization(server), '1'));
      expect(stranger.message).to.include('값이 올바르지 않습니다: user_no');
    });

    it('does not leave for another server', async () => {
      const server = await start();
      for (const location of ['https://api.hiworks.com/open/auth/authform', '/login']) {
        const error = await rejection(server.signIn(location, HONG.userNo));
        expect(error.message).to.equal(
          `${location} is not an address of this Hiworks server, which is at ${server.url}`,
        );
      }
    });

    it('needs the form of the page', async () => {
      const server = await start();
      const opened = await fetch(`${server.url}/open/auth/signin`);
      expect(opened.status).to.equal(400);
      expect(await opened.text()).to.include('로그인 페이지의 버튼으로');
      const empty = await fetch(`${server.url}/open/auth/signin`, { method: 'POST' });
      expect(empty.status).to.equal(400);
    });
  });

  describe('the registered callback URL', () => {
    it('is required if there is none', async () => {
      const server = await start({ callbackURL: undefined });
      const response = await fetch(authorization(server));
      expect(response.status).to.equal(400);
      expect(await response.text()).to.include('등록된 콜백 URL이 없습니다');
    });

    it('is then the first redirect_uri', async () => {
      const server = await start({ callbackURL: undefined });
      await server.signIn(authorization(server, { redirect_uri: CALLBACK }), HONG.userNo);
      expect(await server.signIn(authorization(server), HONG.userNo)).to.include(`${CALLBACK}?auth_code=`);
    });

    it('can be registered later, and anew', async () => {
      const server = await start({ callbackURL: undefined });
      for (const callbackURL of ['http://localhost:1/a', 'https://app.example.com/b']) {
        server.register(callbackURL);
        expect(await server.signIn(authorization(server), HONG.userNo)).to.include(`${callbackURL}?`);
      }
      expect(() => server.register('/c')).to.throw(TypeError, 'callbackURL must be an absolute');
    });
  });
});
