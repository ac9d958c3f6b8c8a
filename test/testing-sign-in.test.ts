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
  send,
} from './support/testing.js';

describe('createHiworksServer: signing in', () => {
  const start = closingServers();

  it('the sign-in page is Korean, is marked as fake, lists the users by office and can be cancelled', async () => {
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

  it('the sign-in page runs no script, and its policy does not block the redirect of its form', async () => {
    const response = await fetch(authorization(await start()));
    const policy = response.headers.get('content-security-policy');
    expect(policy).to.include("default-src 'none'").and.not.include('form-action');
    expect(await response.text()).not.to.match(/<script|javascript:|https?:\/\/(?!localhost:3000)/);
  });

  it('the sign-in page escapes all values, and hands state on unchanged', async () => {
    const state = `"'><script>&amp;`;
    const server = await start({ users: [{ ...HONG, name: '<b>&홍' }], echoState: true });
    const html = await (await fetch(authorization(server, { state }))).text();
    expect(html).to.include('&lt;b&gt;&amp;홍').and.not.include('<script');
    const location = await server.signIn(authorization(server, { state }), HONG.userNo);
    expect(new URL(location).searchParams.get('state')).to.equal(state);
  });

  it('an authorization request may carry response_type, the registered redirect_uri and unknown parameters', async () => {
    const query = { response_type: 'code', redirect_uri: CALLBACK, scope: 'x' };
    const server = await start();
    const location = await server.signIn(authorization(server, query), HONG.userNo);
    expect(codeOf(location)).to.match(/^[a-z0-9]{32}$/);
    expect(server.requests[1]?.form).to.have.all.keys('client_id', 'access_type', 'redirect_uri', 'user_no');
  });

  const refusals: [string, Record<string, string>, string][] = [
    ['an unknown client', { client_id: 'x' }, '값이 올바르지 않습니다: client_id'],
    ['an empty client', { client_id: '' }, '필수 항목이 없습니다: client_id'],
    ['an unknown access_type', { access_type: 'always' }, '값이 올바르지 않습니다: access_type'],
    ['another response_type', { response_type: 'token' }, '값이 올바르지 않습니다: response_type'],
    ['a relative redirect_uri', { redirect_uri: '/callback' }, 'http 또는 https로 시작하는'],
  ];
  for (const [name, query, text] of refusals) {
    it(`an authorization request with ${name} gets an error page`, async () => {
      const response = await fetch(authorization(await start(), query));
      expect(response.status).to.equal(400);
      expect(await response.text())
        .to.include(text)
        .and.include('가짜 하이웍스');
    });
  }

  it('an authorization request with a missing or repeated client_id gets an error page', async () => {
    const server = await start();
    const missing = await fetch(`${server.url}/open/auth/authform`);
    expect(missing.status).to.equal(400);
    expect(await missing.text()).to.include('필수 항목이 없습니다: client_id');
    const repeated = await fetch(`${authorization(server)}&client_id=${server.options.clientID}`);
    expect(repeated.status).to.equal(400);
    expect(await repeated.text()).to.include('항목이 중복되었습니다: client_id');
  });

  it('the error page for another redirect_uri names both addresses and how to register one', async () => {
    const server = await start();
    const redirect_uri = 'http://localhost:4000/other';
    const response = await fetch(authorization(server, { redirect_uri }));
    expect(response.status).to.equal(400);
    expect(await response.text())
      .to.include(redirect_uri)
      .and.include(CALLBACK)
      .and.include('register()로 등록해');
  });

  it('the sign-in page opens with GET only, so that a link preview issues no code', async () => {
    const server = await start({ signInAs: HONG.userNo });
    const response = await fetch(authorization(server), { method: 'HEAD', redirect: 'manual' });
    expect(response.status).to.equal(400);
  });

  it('signIn() resolves with the callback URL, its own query kept, and a new auth_code', async () => {
    const server = await start({ callbackURL: `${CALLBACK}?tenant=a%20b` });
    const first = new URL(await server.signIn(authorization(server), HONG.userNo));
    const second = await server.signIn(authorization(server), HONG.userNo);
    expect(first.origin + first.pathname).to.equal(CALLBACK);
    expect([...first.searchParams.keys()]).to.deep.equal(['tenant', 'auth_code']);
    expect(first.searchParams.get('tenant')).to.equal('a b');
    expect(first.searchParams.get('auth_code')).to.match(/^[a-z0-9]{32}$/);
    expect(codeOf(second)).not.to.equal(codeOf(first.href));
  });

  it('state is returned only with echoState', async () => {
    const silent = await start();
    const echoing = await start({ echoState: true });
    const stateOf = async (server: HiworksServer, query: Record<string, string>) =>
      new URL(await server.signIn(authorization(server, query), HONG.userNo)).searchParams.get('state');
    expect(await stateOf(silent, { state: 's1' })).to.equal(null);
    expect(await stateOf(echoing, { state: 's1' })).to.equal('s1');
    expect(await stateOf(echoing, {})).to.equal(null);
  });

  it('signInAs skips the sign-in page', async () => {
    const server = await start({ signInAs: HONG.userNo });
    const response = await fetch(authorization(server), { redirect: 'manual' });
    const location = response.headers.get('location') ?? '';
    expect(response.status).to.equal(302);
    const { data } = await postForm(server, exchangeFields(server, codeOf(location)));
    expect(data.user_no).to.equal(HONG.userNo);
    expect(codeOf(await server.signIn(authorization(server), HONG.userNo))).to.match(/^[a-z0-9]{32}$/);
  });

  it('signIn() for another user and refuse() reject under signInAs', async () => {
    const server = await start({ signInAs: HONG.userNo });
    const another = await rejection(server.signIn(authorization(server), '1234569'));
    expect(another.message).to.include('signInAs is 1234567');
    expect((await rejection(server.refuse(authorization(server)))).message).to.include('signInAs');
  });

  it('refuse() resolves with the callback URL and access_denied', async () => {
    const server = await start({ echoState: true });
    const location = await server.refuse(authorization(server, { state: 's1' }));
    expect(Object.fromEntries(new URL(location).searchParams)).to.deep.equal({
      state: 's1',
      error: 'access_denied',
      error_description: '사용자가 로그인을 취소했습니다.',
    });
  });

  it('signIn() rejects with the text of the page if Hiworks refuses', async () => {
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

  it('signIn() rejects for a URL of another server', async () => {
    const server = await start();
    for (const location of ['https://api.hiworks.com/open/auth/authform', '/login']) {
      const error = await rejection(server.signIn(location, HONG.userNo));
      expect(error.message).to.equal(
        `${location} is not a URL of this Hiworks server, which is at ${server.url}`,
      );
    }
  });

  for (const location of [undefined, null, '']) {
    it(`signIn(${JSON.stringify(location)}) and refuse(…) say that the application did not redirect to Hiworks`, async () => {
      const server = await start();
      for (const promise of [server.signIn(location, HONG.userNo), server.refuse(location)]) {
        expect((await rejection(promise)).message).to.equal(
          'no location: the application did not redirect to Hiworks (look at the response of its start route)',
        );
      }
    });
  }

  it('a sign-in takes the form of the sign-in page', async () => {
    const server = await start();
    const opened = await fetch(`${server.url}/open/auth/signin`);
    expect(opened.status).to.equal(400);
    expect(await opened.text()).to.include('로그인 페이지의 버튼으로');
    const empty = await fetch(`${server.url}/open/auth/signin`, { method: 'POST' });
    expect(empty.status).to.equal(400);
  });

  it('an authorization request without a registered callback URL and a redirect_uri gets an error page', async () => {
    const server = await start({ callbackURL: undefined });
    const response = await fetch(authorization(server));
    expect(response.status).to.equal(400);
    expect(await response.text()).to.include('등록된 콜백 URL이 없습니다');
  });

  it('the redirect_uri of the first sign-in is registered if there is no callbackURL', async () => {
    const server = await start({ callbackURL: undefined });
    await server.signIn(authorization(server, { redirect_uri: CALLBACK }), HONG.userNo);
    expect(await server.signIn(authorization(server), HONG.userNo)).to.include(`${CALLBACK}?auth_code=`);
  });

  it('opening the sign-in page registers nothing, as any web page can make a browser do that', async () => {
    const server = await start({ callbackURL: undefined });
    const redirect_uri = 'http://evil.example/';
    expect((await fetch(authorization(server, { redirect_uri }))).status).to.equal(200);
    const callback = await server.signIn(authorization(server, { redirect_uri: CALLBACK }), HONG.userNo);
    expect(callback).to.include(`${CALLBACK}?auth_code=`);
  });

  it('a form of another site signs no user in and registers nothing', async () => {
    const server = await start({ callbackURL: undefined });
    const { clientID: client_id } = server.options;
    const press = (redirect_uri: string, site: string) =>
      send(`${server.url}/open/auth/signin`, {
        method: 'POST',
        form: { client_id, access_type: 'online', redirect_uri, user_no: HONG.userNo },
        headers: { 'sec-fetch-site': site },
      });
    expect((await press('http://evil.example/', 'cross-site')).status).to.equal(400);
    expect((await press('http://evil.example/', 'same-site')).status).to.equal(400);
    expect((await press(CALLBACK, 'same-origin')).headers.location).to.include(`${CALLBACK}?auth_code=`);
  });

  it('register() registers another callback URL at any time', async () => {
    const server = await start({ callbackURL: undefined });
    for (const callbackURL of ['http://localhost:1/a', 'https://app.example.com/b']) {
      server.register(callbackURL);
      expect(await server.signIn(authorization(server), HONG.userNo)).to.include(`${callbackURL}?`);
    }
    expect(() => server.register('/c')).to.throw(TypeError, '`callbackURL` must be an absolute');
  });
});
