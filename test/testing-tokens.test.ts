import { expect } from 'chai';
import type { HiworksServer } from 'passport-hiworks/testing';
import {
  CALLBACK,
  closingServers,
  codeFor,
  exchangeFields,
  post,
  postForm,
  profile,
  tokensFor,
} from './support/testing.js';

describe('createHiworksServer: tokens and profile', () => {
  const start = closingServers();

  function refreshFields(server: HiworksServer, refresh_token: string): Record<string, string> {
    const { clientID: client_id, clientSecret: client_secret } = server.options;
    return { client_id, client_secret, grant_type: 'refresh_token', refresh_token, access_type: 'offline' };
  }

  it('a code is exchanged for an access token, the office and the user, and for online for no refresh token', async () => {
    const server = await start();
    const response = await postForm(server, exchangeFields(server, await codeFor(server)));
    const { access_token } = response.data;
    expect(response).to.deep.equal({
      code: 'SUC',
      msg: '',
      data: { access_token, office_no: '123123', user_no: '1234567' },
    });
    expect(access_token).to.match(/^[a-z0-9]{32}$/);
  });

  it('an offline code is exchanged for a refresh token as well', async () => {
    const data = await tokensFor(await start(), 'offline');
    expect(data.refresh_token)
      .to.match(/^[a-z0-9]{32}$/)
      .and.not.equal(data.access_token);
  });

  it('a token request may be multipart/form-data', async () => {
    const server = await start();
    const form = new FormData();
    for (const [name, value] of Object.entries(exchangeFields(server, await codeFor(server)))) {
      form.set(name, value);
    }
    expect(await post(server, form)).to.have.property('code', 'SUC');
    expect(server.requests.at(-1)?.form).to.have.property('grant_type', 'authorization_code');
  });

  it('a token request may carry code and redirect_uri in addition to the documented fields', async () => {
    const server = await start();
    const auth_code = await codeFor(server);
    const fields = { ...exchangeFields(server, auth_code), code: auth_code, redirect_uri: CALLBACK };
    expect(await postForm(server, fields)).to.have.property('code', 'SUC');
  });

  it('a code can be used only once', async () => {
    const server = await start();
    const fields = exchangeFields(server, await codeFor(server));
    expect(await postForm(server, fields)).to.have.property('code', 'SUC');
    expect(await postForm(server, fields)).to.deep.equal({
      code: 'ERR',
      msg: '값이 올바르지 않습니다: auth_code',
      data: [],
    });
  });

  it('a code expires after ten minutes', async () => {
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

  it('a token request must carry the access_type of the authorization request', async () => {
    const server = await start();
    const fields = exchangeFields(server, await codeFor(server, 'offline'));
    expect(await postForm(server, fields)).to.have.property('msg', '값이 올바르지 않습니다: access_type');
  });

  for (const name of ['client_id', 'client_secret', 'grant_type', 'auth_code', 'access_type']) {
    it(`a token request with a missing, empty, wrong or repeated ${name} is refused by name, and the code stays valid`, async () => {
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
      expect(await post(server, repeated)).to.deep.equal(refused('항목이 중복되었습니다'));
      expect(await postForm(server, fields)).to.have.property('code', 'SUC');
    });
  }

  it('a token request with an undocumented field is refused', async () => {
    const server = await start();
    const fields = { ...exchangeFields(server, await codeFor(server)), scope: 'mail' };
    expect(await postForm(server, fields)).to.have.property('msg', '알 수 없는 항목입니다: scope');
  });

  it('multipart/form-data is read as browsers and libraries write it', async () => {
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

  it('a token request with JSON, no body or a damaged multipart body is refused', async () => {
    const server = await start();
    const fields = exchangeFields(server, await codeFor(server));
    const json = { 'content-type': 'application/json' };
    const broken = { 'content-type': 'multipart/form-data; boundary=b' };
    const responses = [
      await post(server, JSON.stringify(fields), json),
      await post(server, null),
      await post(server, 'client_id=1', broken),
      await post(server, '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n', broken),
      await post(server, '--b\r\nContent-Disposition: form-data; name="a"\r\n--b--', broken),
      await post(server, '--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--', broken),
      await post(server, 'client_id=1', { 'content-type': 'multipart/form-data' }),
    ];
    for (const response of responses) {
      expect(response.code).to.equal('ERR');
      expect(response.msg).to.include('application/x-www-form-urlencoded');
    }
  });

  it('a token request with client credentials in a Basic header is refused', async () => {
    const server = await start();
    const { client_id, client_secret, ...fields } = exchangeFields(server, await codeFor(server));
    const authorization = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`;
    const response = await post(server, new URLSearchParams(fields), { authorization });
    expect(response.code).to.equal('ERR');
    expect(response.msg).to.include('Authorization 헤더가 아니라 본문에');
  });

  it('a token request by GET is refused', async () => {
    const server = await start();
    const query = new URLSearchParams(exchangeFields(server, await codeFor(server)));
    const response = await fetch(`${server.url}/open/auth/accesstoken?${query}`);
    expect(response.status).to.equal(200);
    expect(await response.json()).to.deep.equal({ code: 'ERR', msg: 'POST로 요청해 주세요.', data: [] });
  });

  it('a refresh gives new tokens, and the old refresh token expires', async () => {
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
    expect(await postForm(server, refreshFields(server, data.refresh_token))).to.have.property('code', 'SUC');
  });

  it('a refresh without rotateRefreshTokens gives no refresh token, and the old one stays valid', async () => {
    const server = await start({ rotateRefreshTokens: false });
    const { refresh_token } = await tokensFor(server, 'offline');
    for (const _ of [1, 2]) {
      const { code, data } = await postForm(server, refreshFields(server, refresh_token));
      expect(code).to.equal('SUC');
      expect(data).to.have.all.keys('access_token', 'office_no', 'user_no');
    }
  });

  it('a refresh must be offline and carry exactly the documented fields', async () => {
    const server = await start();
    const { refresh_token } = await tokensFor(server, 'offline');
    const fields = refreshFields(server, refresh_token);
    const msg = async (more: Record<string, string>) => (await postForm(server, { ...fields, ...more })).msg;
    expect(await msg({ access_type: 'online' })).to.equal('값이 올바르지 않습니다: access_type');
    expect(await msg({ auth_code: 'x' })).to.equal('알 수 없는 항목입니다: auth_code');
    expect(await msg({ redirect_uri: CALLBACK })).to.equal('알 수 없는 항목입니다: redirect_uri');
    expect(await msg({ client_secret: 'x' })).to.equal('값이 올바르지 않습니다: client_secret');
  });

  it('the profile is an object without an envelope', async () => {
    const server = await start();
    const { access_token } = await tokensFor(server, 'online');
    const response = await profile(server, { authorization: `Bearer ${access_token}` });
    expect(response.status).to.equal(200);
    expect(await response.json()).to.deep.equal({ no: '1234567', user_id: 'hong', name: '홍길동' });
  });

  it('the profile is refused without a Bearer token, with an unknown one and with one in the query', async () => {
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

  it('the profile is read with GET only', async () => {
    const server = await start();
    const { access_token } = await tokensFor(server, 'online');
    const posted = await profile(server, { authorization: `Bearer ${access_token}` }, 'POST');
    expect(await posted.json()).to.deep.equal({ code: 'ERR', msg: 'GET으로 요청해 주세요.' });
  });
});
