import { connect } from 'node:net';
import { expect } from 'chai';
import type {
  HiworksFailure,
  HiworksFailureEndpoint,
  HiworksServer,
  HiworksServerOptions,
} from 'passport-hiworks/testing';
import { createHiworksServer } from 'passport-hiworks/testing';

const CALLBACK = 'http://localhost:3000/auth/hiworks/callback';
const HONG = { userNo: '1234567', officeNo: '123123', userId: 'hong', name: '홍길동', employeeNo: '2022001' };

describe('passport-hiworks/testing', () => {
  const servers: HiworksServer[] = [];

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  async function start(options: HiworksServerOptions = {}): Promise<HiworksServer> {
    const server = await createHiworksServer({ callbackURL: CALLBACK, ...options });
    servers.push(server);
    return server;
  }

  function authorization(server: HiworksServer, query: Record<string, string> = {}): string {
    const { clientID } = server.options;
    const params = new URLSearchParams({ client_id: clientID, access_type: 'online', ...query });
    return `${server.url}/open/auth/authform?${params}`;
  }

  function codeOf(location: string): string {
    return new URL(location).searchParams.get('auth_code') ?? '';
  }

  async function codeFor(server: HiworksServer, access_type = 'online'): Promise<string> {
    return codeOf(await server.signIn(authorization(server, { access_type }), HONG.userNo));
  }

  function exchangeFields(server: HiworksServer, auth_code: string): Record<string, string> {
    const { clientID: client_id, clientSecret: client_secret } = server.options;
    return { client_id, client_secret, grant_type: 'authorization_code', auth_code, access_type: 'online' };
  }

  function refreshFields(server: HiworksServer, refresh_token: string): Record<string, string> {
    const { clientID: client_id, clientSecret: client_secret } = server.options;
    return { client_id, client_secret, grant_type: 'refresh_token', refresh_token, access_type: 'offline' };
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape are looked into
  async function post(server: HiworksServer, body: RequestInit['body'], headers = {}): Promise<any> {
    const response = await fetch(`${server.url}/open/auth/accesstoken`, {
      method: 'POST',
      body: body ?? null,
      headers,
    });
    expect(response.status).to.equal(200);
    expect(response.headers.get('content-type')).to.match(/^application\/json/);
    return response.json();
  }

  const postForm = (server: HiworksServer, fields: Record<string, string>) =>
    post(server, new URLSearchParams(fields));

  async function tokensFor(server: HiworksServer, access_type: string) {
    const code = await codeFor(server, access_type);
    return (await postForm(server, { ...exchangeFields(server, code), access_type })).data;
  }

  function profile(server: HiworksServer, headers: Record<string, string>, method = 'GET') {
    return fetch(`${server.url}/user/v2/me`, { method, headers });
  }

  async function rejection(promise: Promise<unknown>): Promise<Error> {
    const outcome = await promise.then(
      () => undefined,
      (error: Error) => error,
    );
    expect(outcome).to.be.an.instanceOf(Error);
    return outcome as Error;
  }

  describe('starting it', () => {
    it('gives the options that lead a strategy to it', async () => {
      const server = await start();
      expect(server.url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(server.options).to.deep.equal({
        clientID: server.options.clientID,
        clientSecret: server.options.clientSecret,
        baseURL: server.url,
      });
      expect(server.options.clientID).to.match(/\.open\.apps$/);
      expect(server.options.clientSecret).to.match(/^[a-z0-9]{32}$/);
      expect((await start()).options.clientSecret).not.to.equal(server.options.clientSecret);
    });

    it('knows four people of two offices, each office with its admin', async () => {
      const { users } = await start();
      expect(users).to.have.length(4);
      expect(users).to.deep.include(HONG);
      const admins = users.filter((user) => user.userId === 'admin').map((user) => user.officeNo);
      expect(new Set(admins)).to.deep.equal(new Set(users.map((user) => user.officeNo)));
    });

    it('takes the client, the people and the port from the options', async () => {
      const free = await start();
      const port = Number(new URL(free.url).port);
      await free.close();
      const server = await start({ clientID: 'mine', clientSecret: 'hush', users: [HONG], port });
      expect(server.options).to.include({ clientID: 'mine', clientSecret: 'hush' });
      expect(server.users).to.deep.equal([HONG]);
      expect(server.url).to.equal(free.url);
    });

    it('rejects with the error of the system where the port is taken', async () => {
      const port = Number(new URL((await start()).url).port);
      expect(await rejection(createHiworksServer({ port }))).to.have.property('code', 'EADDRINUSE');
    });

    const wrongOptions: [string, object, RegExp][] = [
      ['a relative callbackURL', { callbackURL: '/callback' }, /^callbackURL must be an absolute/],
      ['a callbackURL for no browser', { callbackURL: 'ftp://localhost/' }, /^callbackURL/],
      ['a callbackURL that is no string', { callbackURL: 1 }, /^callbackURL/],
      ['users that are no array', { users: HONG }, /^users must be a non-empty array/],
      ['no users', { users: [] }, /^users must be a non-empty array/],
      ['a user who is null', { users: [null] }, /^users\[0\]\.userNo must be a non-empty string/],
      ['a number for a userNo', { users: [{ ...HONG, userNo: 1 }] }, /^users\[0\]\.userNo/],
      ['an empty officeNo', { users: [HONG, { ...HONG, officeNo: '' }] }, /^users\[1\]\.officeNo/],
      ['a user without userId', { users: [{ ...HONG, userId: undefined }] }, /^users\[0\]\.userId/],
      ['a user without name', { users: [{ ...HONG, name: undefined }] }, /^users\[0\]\.name/],
      ['one userNo for two people', { users: [HONG, HONG] }, /^users must not have one userNo twice/],
      ['an empty clientID', { clientID: '' }, /^clientID/],
      ['a clientSecret that is no string', { clientSecret: 1 }, /^clientSecret/],
      ['a fraction for a port', { port: 1.5 }, /^port/],
      ['a negative port', { port: -1 }, /^port/],
      ['a port that does not exist', { port: 65536 }, /^port/],
      ['a word for echoState', { echoState: 'yes' }, /^echoState must be true or false/],
      ['a number for rotateRefreshTokens', { rotateRefreshTokens: 0 }, /^rotateRefreshTokens/],
      ['signInAs a stranger', { signInAs: '1' }, /^signInAs must be the userNo of one of the users/],
    ];
    for (const [name, options, message] of wrongOptions) {
      it(`rejects ${name} with a TypeError that names the option`, async () => {
        const error = await rejection(createHiworksServer(options));
        expect(error).to.be.an.instanceOf(TypeError);
        expect(error.message).to.match(message);
      });
    }
  });

  describe('the sign-in page', () => {
    it('is a Korean page that says it is fake and offers everybody by office, and a way out', async () => {
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

    it('escapes what comes from the app and from the options, and hands state on unharmed', async () => {
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

    it('names both addresses where redirect_uri is not the registered one', async () => {
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

  describe('choosing a person', () => {
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

    it('says so where signInAs leaves nothing to choose', async () => {
      const server = await start({ signInAs: HONG.userNo });
      const another = await rejection(server.signIn(authorization(server), '1234569'));
      expect(another.message).to.include('signInAs is 1234567');
      expect((await rejection(server.refuse(authorization(server)))).message).to.include('signInAs');
    });

    it('comes back with access_denied where the person presses 취소', async () => {
      const server = await start({ echoState: true });
      const location = await server.refuse(authorization(server, { state: 's1' }));
      expect(Object.fromEntries(new URL(location).searchParams)).to.deep.equal({
        state: 's1',
        error: 'access_denied',
        error_description: '사용자가 로그인을 취소했습니다.',
      });
    });

    it('fails with the text of the page where Hiworks refuses', async () => {
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
    it('is asked for where there is none', async () => {
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

  describe('exchanging a code', () => {
    it('gives an access token, the office and the user, and for online no refresh token', async () => {
      const server = await start();
      const answer = await postForm(server, exchangeFields(server, await codeFor(server)));
      const { access_token } = answer.data;
      expect(answer).to.deep.equal({
        code: 'SUC',
        msg: '',
        data: { access_token, office_no: '123123', user_no: '1234567' },
      });
      expect(access_token).to.match(/^[a-z0-9]{32}$/);
    });

    it('gives a refresh token for offline', async () => {
      const data = await tokensFor(await start(), 'offline');
      expect(data.refresh_token)
        .to.match(/^[a-z0-9]{32}$/)
        .and.not.equal(data.access_token);
    });

    it('takes multipart/form-data too', async () => {
      const server = await start();
      const form = new FormData();
      for (const [name, value] of Object.entries(exchangeFields(server, await codeFor(server)))) {
        form.set(name, value);
      }
      expect(await post(server, form)).to.have.property('code', 'SUC');
      expect(server.requests.at(-1)?.form).to.have.property('grant_type', 'authorization_code');
    });

    it('tolerates code and redirect_uri beside the documented fields', async () => {
      const server = await start();
      const auth_code = await codeFor(server);
      const fields = { ...exchangeFields(server, auth_code), code: auth_code, redirect_uri: CALLBACK };
      expect(await postForm(server, fields)).to.have.property('code', 'SUC');
    });

    it('takes a code once', async () => {
      const server = await start();
      const fields = exchangeFields(server, await codeFor(server));
      expect(await postForm(server, fields)).to.have.property('code', 'SUC');
      expect(await postForm(server, fields)).to.deep.equal({
        code: 'ERR',
        msg: '값이 올바르지 않습니다: auth_code',
        data: [],
      });
    });

    it('takes a code for less than ten minutes', async () => {
      const server = await start();
      const { now } = Date;
      const inTime = exchangeFields(server, await codeFor(server));
      const late = exchangeFields(server, await codeFor(server));
      const issued = now();
      try {
        Date.now = () => issued + 9 * 60 * 1000;
        expect(await postForm(server, inTime)).to.have.property('code', 'SUC');
        Date.now = () => issued + 10 * 60 * 1000;
        expect(await postForm(server, late)).to.have.property('msg', '만료되었습니다: auth_code');
      } finally {
        Date.now = now;
      }
    });

    it('wants the access_type of the authorization request', async () => {
      const server = await start();
      const fields = exchangeFields(server, await codeFor(server, 'offline'));
      expect(await postForm(server, fields)).to.have.property('msg', '값이 올바르지 않습니다: access_type');
    });

    for (const name of ['client_id', 'client_secret', 'grant_type', 'auth_code', 'access_type']) {
      it(`refuses a missing, an empty, a wrong and a repeated ${name} by name, and keeps the code`, async () => {
        const server = await start();
        const fields = exchangeFields(server, await codeFor(server));
        const { [name]: value = '', ...others } = fields;
        const refused = (msg: string) => ({ code: 'ERR', msg: `${msg}: ${name}`, data: [] });
        expect(await postForm(server, others)).to.deep.equal(refused('필수 항목이 없습니다'));
        expect(await postForm(server, { ...others, [name]: '' })).to.deep.equal(
          refused('필수 항목이 없습니다'),
        );
        expect(await postForm(server, { ...others, [name]: 'wrong' })).to.deep.equal(
          refused('값이 올바르지 않습니다'),
        );
        const repeated = new URLSearchParams([...Object.entries(fields), [name, value]]);
        expect(await post(server, repeated)).to.deep.equal(refused('항목이 두 번 이상 왔습니다'));
        expect(await postForm(server, fields)).to.have.property('code', 'SUC');
      });
    }

    it('refuses a field that is not documented', async () => {
      const server = await start();
      const fields = { ...exchangeFields(server, await codeFor(server)), scope: 'mail' };
      expect(await postForm(server, fields)).to.have.property('msg', '알 수 없는 항목입니다: scope');
    });

    it('reads multipart/form-data as browsers and libraries write it', async () => {
      const server = await start();
      const part = (headers: string, value: string) => `--b\r\n${headers}\r\n\r\n${value}\r\n`;
      const body = [
        'a preamble\r\n',
        part('Content-Disposition: form-data; name="a"', 'one\r\ntwo'),
        part('content-type: text/plain\r\ncontent-disposition:form-data; name="한글"', '-- b'),
        part('Content-Disposition: form-data; name="a"', ''),
        '--b--\r\n',
      ].join('');
      for (const type of [
        'multipart/form-data; boundary=b',
        'Multipart/Form-Data;charset=utf-8;boundary="b"',
      ]) {
        await post(server, body, { 'content-type': type });
        expect(server.requests.at(-1)?.form).to.deep.equal({ a: '', 한글: '-- b' });
      }
    });

    it('refuses JSON, no body and a damaged multipart body', async () => {
      const server = await start();
      const fields = exchangeFields(server, await codeFor(server));
      const json = { 'content-type': 'application/json' };
      const broken = { 'content-type': 'multipart/form-data; boundary=b' };
      const answers = [
        await post(server, JSON.stringify(fields), json),
        await post(server, null),
        await post(server, 'client_id=1', broken),
        await post(server, '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n', broken),
        await post(server, '--b\r\nContent-Disposition: form-data; name="a"\r\n--b--', broken),
        await post(server, '--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--', broken),
        await post(server, 'client_id=1', { 'content-type': 'multipart/form-data' }),
      ];
      for (const answer of answers) {
        expect(answer.code).to.equal('ERR');
        expect(answer.msg).to.include('application/x-www-form-urlencoded');
      }
    });

    it('refuses the credentials in a Basic header', async () => {
      const server = await start();
      const { client_id, client_secret, ...fields } = exchangeFields(server, await codeFor(server));
      const authorization = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`;
      const answer = await post(server, new URLSearchParams(fields), { authorization });
      expect(answer.code).to.equal('ERR');
      expect(answer.msg).to.include('Authorization 헤더가 아니라 본문에');
    });

    it('refuses GET', async () => {
      const server = await start();
      const query = new URLSearchParams(exchangeFields(server, await codeFor(server)));
      const response = await fetch(`${server.url}/open/auth/accesstoken?${query}`);
      expect(response.status).to.equal(200);
      expect(await response.json()).to.deep.equal({ code: 'ERR', msg: 'POST로 요청해 주세요.', data: [] });
    });
  });

  describe('refreshing', () => {
    it('gives new tokens, after which the old refresh token is dead', async () => {
      const server = await start();
      const old = await tokensFor(server, 'offline');
      const { code, data } = await postForm(server, refreshFields(server, old.refresh_token));
      expect(code).to.equal('SUC');
      expect(data).to.include({ office_no: '123123', user_no: '1234567' });
      expect(new Set([...Object.values(old), data.access_token, data.refresh_token]).size).to.equal(6);
      expect(await postForm(server, refreshFields(server, old.refresh_token))).to.deep.equal({
        code: 'ERR',
        msg: '값이 올바르지 않습니다: refresh_token',
        data: [],
      });
      expect(await postForm(server, refreshFields(server, data.refresh_token))).to.have.property(
        'code',
        'SUC',
      );
    });

    it('gives no refresh token without rotateRefreshTokens, and the old one stays good', async () => {
      const server = await start({ rotateRefreshTokens: false });
      const { refresh_token } = await tokensFor(server, 'offline');
      for (const _ of [1, 2]) {
        const { code, data } = await postForm(server, refreshFields(server, refresh_token));
        expect(code).to.equal('SUC');
        expect(data).to.have.all.keys('access_token', 'office_no', 'user_no');
      }
    });

    it('wants offline and exactly its own fields', async () => {
      const server = await start();
      const { refresh_token } = await tokensFor(server, 'offline');
      const fields = refreshFields(server, refresh_token);
      const msg = async (more: Record<string, string>) =>
        (await postForm(server, { ...fields, ...more })).msg;
      expect(await msg({ access_type: 'online' })).to.equal('값이 올바르지 않습니다: access_type');
      expect(await msg({ auth_code: 'x' })).to.equal('알 수 없는 항목입니다: auth_code');
      expect(await msg({ redirect_uri: CALLBACK })).to.equal('알 수 없는 항목입니다: redirect_uri');
      expect(await msg({ client_secret: 'x' })).to.equal('값이 올바르지 않습니다: client_secret');
    });
  });

  describe('the profile', () => {
    it('is a bare object', async () => {
      const server = await start();
      const { access_token } = await tokensFor(server, 'online');
      const response = await profile(server, { authorization: `Bearer ${access_token}` });
      expect(response.status).to.equal(200);
      expect(await response.json()).to.deep.equal({ no: '1234567', user_id: 'hong', name: '홍길동' });
    });

    it('is refused without a Bearer token, with an unknown one and with one in the query', async () => {
      const server = await start();
      const { access_token } = await tokensFor(server, 'online');
      const missing = await profile(server, {});
      expect(missing.status).to.equal(200);
      expect(await missing.json()).to.deep.equal({
        code: 'ERR',
        msg: 'Authorization: Bearer 헤더가 없습니다.',
      });
      const unknown = await profile(server, { authorization: 'Bearer unknown' });
      expect(await unknown.json()).to.deep.equal({ code: 'ERR', msg: '유효하지 않은 access_token입니다.' });
      const inQuery = await fetch(`${server.url}/user/v2/me?access_token=${access_token}`);
      expect(await inQuery.json()).to.have.property('code', 'ERR');
    });

    it('is read with GET', async () => {
      const server = await start();
      const { access_token } = await tokensFor(server, 'online');
      const posted = await profile(server, { authorization: `Bearer ${access_token}` }, 'POST');
      expect(await posted.json()).to.deep.equal({ code: 'ERR', msg: 'GET으로 요청해 주세요.' });
    });
  });

  it('answers a wrong address with a page, not with JSON', async () => {
    const response = await fetch(`${(await start()).url}/open/auth/access_token`, { method: 'POST' });
    expect(response.status).to.equal(404);
    expect(response.headers.get('content-type')).to.match(/^text\/html/);
    expect(await response.text()).to.include('페이지를 찾을 수 없습니다');
  });

  describe('what it was sent', () => {
    it('is kept in order', async () => {
      const server = await start();
      const { access_token } = await tokensFor(server, 'online');
      await profile(server, { authorization: `Bearer ${access_token}` });
      await fetch(`${server.url}/nowhere?a=1&a=2`);
      const seen = server.requests.map(({ endpoint, method, path }) => `${endpoint} ${method} ${path}`);
      expect(seen).to.deep.equal([
        'authorization GET /open/auth/authform',
        'signin POST /open/auth/signin',
        'token POST /open/auth/accesstoken',
        'profile GET /user/v2/me',
        'unknown GET /nowhere',
      ]);
      const [opened, , token, me, nowhere] = server.requests;
      expect(opened?.query).to.deep.equal({ client_id: server.options.clientID, access_type: 'online' });
      expect(token?.form).to.have.all.keys(Object.keys(exchangeFields(server, '')));
      expect(token?.body).to.equal(new URLSearchParams(token?.form).toString());
      expect(me).to.include({ body: '' });
      expect(me?.headers.authorization).to.equal(`Bearer ${access_token}`);
      expect(me?.form).to.deep.equal({});
      expect(nowhere?.query).to.deep.equal({ a: '2' });
    });

    it('can be emptied', async () => {
      const server = await start();
      await fetch(server.url);
      server.requests.length = 0;
      await fetch(`${server.url}/again`);
      expect(server.requests.map(({ path }) => path)).to.deep.equal(['/again']);
    });

    it('does not include a request that was broken off', async () => {
      const server = await start();
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      socket.write('POST /open/auth/accesstoken HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\na=1');
      // The second request is answered once the first has reached the server.
      await fetch(server.url);
      socket.destroy();
      await fetch(server.url);
      expect(server.requests.map(({ path }) => path)).to.deep.equal(['/', '/']);
    });
  });

  describe('a scripted failure', () => {
    it('is the next answer of its endpoint; several queue up', async () => {
      const server = await start();
      server.fail('token', { code: 'ERR', msg: '점검 중' });
      server.fail('token', { code: 500, message: '잠시 후', data: null });
      const fields = exchangeFields(server, await codeFor(server));
      expect(await postForm(server, fields)).to.deep.equal({ code: 'ERR', msg: '점검 중' });
      expect(await postForm(server, fields)).to.deep.equal({ code: 500, message: '잠시 후', data: null });
      expect(await postForm(server, fields)).to.have.property('code', 'SUC');
    });

    it('may have an HTTP status', async () => {
      const server = await start();
      server.fail('profile', { code: 'ERR', status: 401 });
      const response = await profile(server, {});
      expect(response.status).to.equal(401);
      expect(await response.json()).to.deep.equal({ code: 'ERR' });
    });

    it('may be any answer', async () => {
      const server = await start();
      server.fail('profile', { body: 'moved', status: 302, headers: { Location: '/x', 'X-Y': 'z' } });
      server.fail('profile', { body: new Uint8Array([0xff, 0x00]) });
      const moved = await fetch(`${server.url}/user/v2/me`, { redirect: 'manual' });
      expect(moved.status).to.equal(302);
      expect(moved.headers.get('location')).to.equal('/x');
      expect(moved.headers.get('x-y')).to.equal('z');
      expect(await moved.text()).to.equal('moved');
      const bytes = await profile(server, {});
      expect(bytes.status).to.equal(200);
      expect(bytes.headers.get('content-type')).to.equal(null);
      expect([...new Uint8Array(await bytes.arrayBuffer())]).to.deep.equal([0xff, 0x00]);
    });

    for (const endpoint of ['authorization', 'token', 'profile'] as const) {
      const addresses = {
        authorization: authorization,
        token: (server: HiworksServer) => `${server.url}/open/auth/accesstoken`,
        profile: (server: HiworksServer) => `${server.url}/user/v2/me`,
      };

      it(`at ${endpoint} may be a hang, which close() ends`, async () => {
        const server = await start();
        server.fail(endpoint, 'hang');
        const hanging = rejection(fetch(addresses[endpoint](server)));
        const outcome = await Promise.race([hanging, new Promise((done) => setTimeout(done, 50, 'still'))]);
        expect(outcome).to.equal('still');
        expect(server.requests).to.have.length(1);
        await server.close();
        await hanging;
      });

      it(`at ${endpoint} may be a reset`, async () => {
        const server = await start();
        server.fail(endpoint, 'reset');
        const error = await rejection(fetch(addresses[endpoint](server)));
        expect(error.cause).to.have.property('code', 'ECONNRESET');
        await fetch(addresses[endpoint](server));
      });

      it(`at ${endpoint} may be a response that is cut off`, async () => {
        const server = await start();
        server.fail(endpoint, 'truncate');
        const response = await fetch(addresses[endpoint](server));
        expect(response.status).to.equal(200);
        await rejection(response.text());
      });
    }

    it('at authorization may be any parameters at the callback', async () => {
      const server = await start({ echoState: true });
      server.fail('authorization', { query: { error: 'server_error', state: 'forged' } });
      server.fail('authorization', { code: 403, msg: '권한 없음', status: 403 });
      const outcome = async () =>
        Object.fromEntries(
          new URL(await server.signIn(authorization(server, { state: 's1' }), HONG.userNo)).searchParams,
        );
      expect(await outcome()).to.deep.equal({ error: 'server_error', state: 'forged' });
      expect(await outcome()).to.deep.equal({ state: 's1', code: '403', msg: '권한 없음' });
      expect(await outcome()).to.have.all.keys('state', 'auth_code');
    });

    it('at authorization may be a page, whose text signIn then reports', async () => {
      const server = await start();
      server.fail('authorization', { body: '<h1>점검\n중</h1>', status: 503 });
      const error = await rejection(server.signIn(authorization(server), HONG.userNo));
      expect(error.message).to.equal('Hiworks refused with HTTP 503: 점검 중');
    });

    const wrongFailures: [string, string, unknown, RegExp][] = [
      ['an unknown endpoint', 'login', 'hang', /endpoint must be/],
      ['an unknown word', 'token', 'explode', /failure must be 'hang'/],
      ['null', 'token', null, /failure must be 'hang'/],
      ['an object that says nothing', 'token', {}, /must have a code, a body or a query/],
      ['a query for no callback', 'token', { query: {} }, /only 'authorization'/],
      ['a fraction for a status', 'token', { code: 'ERR', status: 200.5 }, /status must be/],
      ['an informational status', 'token', { body: '', status: 101 }, /status must be/],
      ['a status that does not exist', 'token', { body: '', status: 600 }, /status must be/],
      ['a number for a body', 'token', { body: 1 }, /body must be a string or a Uint8Array/],
      ['a header that cannot be sent', 'token', { body: '', headers: { 'a b': '' } }, /Header name/],
    ];
    for (const [name, endpoint, failure, message] of wrongFailures) {
      it(`is a TypeError for ${name}`, async () => {
        const server = await start();
        const fail = () => server.fail(endpoint as HiworksFailureEndpoint, failure as HiworksFailure);
        expect(fail).to.throw(TypeError, message);
      });
    }
  });

  describe('closing it', () => {
    it('frees the port, and may be done again', async () => {
      const server = await start();
      await (await fetch(server.url)).text();
      await Promise.all([server.close(), server.close()]);
      await server.close();
      expect((await rejection(fetch(server.url))).cause).to.have.property('code', 'ECONNREFUSED');
    });
  });

  it('works by import and by require, one function either way', async () => {
    const imported = await import('passport-hiworks/testing');
    expect(imported.createHiworksServer).to.equal(createHiworksServer);
  });
});
