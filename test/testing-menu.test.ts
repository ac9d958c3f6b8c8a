import { expect } from 'chai';
import type { HiworksServer, HiworksServerOptions } from 'passport-hiworks/testing';
import { createHiworksServer } from 'passport-hiworks/testing';
import { closingServers, HONG, rejection, send } from './support/testing.js';

const SSO_URL = 'http://localhost:3000/sso/0123456789abcdefghijkl';
const KIM = { userNo: '1234568', officeNo: '123123', userId: 'kim', name: '김서연' };

describe('createHiworksServer: the Hiworks menu', () => {
  const start = closingServers({ ssoURL: SSO_URL, users: [HONG, KIM] });

  async function tokenFor(server: HiworksServer, userNo: string): Promise<string> {
    return new URL(await server.openMenu(userNo)).searchParams.get('token') ?? '';
  }

  async function read(server: HiworksServer, token: string, method = 'GET') {
    const response = await fetch(`${server.ssoOptions.tokensURL}/${token}`, { method });
    return { status: response.status, json: await response.json() };
  }

  const read200 = async (server: HiworksServer) => {
    const { status, json } = await read(server, await tokenFor(server, HONG.userNo));
    expect(status).to.equal(200);
    return json;
  };

  const refusal = (message: string) => ({
    status: 400,
    json: { errors: { status: 400, title: 'Bad Request', message } },
  });

  it('the menu page is at the root, is Korean, is marked as fake and lists the users by office', async () => {
    const response = await fetch((await start()).url);
    const html = await response.text();
    expect(response.status).to.equal(200);
    expect(response.headers.get('content-security-policy')).to.include("default-src 'none'");
    expect(html).to.include('<h1>하이웍스 메뉴</h1>').and.include('테스트용 가짜 하이웍스입니다');
    expect(html).to.include(`<dd>${SSO_URL}</dd>`).and.include('<legend>오피스 번호 123123');
    expect(html.match(/<button name="user_no"/g)).to.have.length(2);
  });

  it('the page at the root says what to do next if there is no ssoURL', async () => {
    const response = await fetch((await start({ ssoURL: undefined })).url);
    expect(response.status).to.equal(200);
    expect(await response.text())
      .to.include('하이웍스 로그인 버튼을 누르세요')
      .and.include('registerMenu()로 등록해');
  });

  it('the menu page issues a token only when a button is pressed, so that a link preview gets none', async () => {
    const { url } = await start();
    const response = await fetch(`${url}/menu?user_no=${HONG.userNo}`);
    expect(response.status).to.equal(400);
    expect(await response.text()).to.include('메뉴 페이지의 버튼으로');
    const empty = await fetch(`${url}/menu`, { method: 'POST' });
    expect(await empty.text()).to.include('필수 항목이 없습니다: user_no');
  });

  it('the menu page issues no token to a form of another site', async () => {
    const { url } = await start();
    const press = (site: string) =>
      send(`${url}/menu`, {
        method: 'POST',
        form: { user_no: HONG.userNo },
        headers: { 'sec-fetch-site': site },
      });
    expect((await press('cross-site')).status).to.equal(400);
    expect((await press('same-origin')).status).to.equal(302);
  });

  it('openMenu() resolves with the ssoURL, its own query kept, and a new token', async () => {
    const server = await start({ ssoURL: `${SSO_URL}?tenant=a` });
    const urls = [await server.openMenu(HONG.userNo), await server.openMenu(HONG.userNo)];
    for (const url of urls) {
      expect(url).to.match(/\/sso\/0123456789abcdefghijkl\?tenant=a&token=[a-z0-9]{32}$/);
    }
    expect(urls[0]).not.to.equal(urls[1]);
  });

  it('registerMenu() registers another ssoURL at any time', async () => {
    const server = await start({ ssoURL: undefined });
    for (const ssoURL of ['http://localhost:1/a', 'https://app.example.com/b']) {
      server.registerMenu(ssoURL);
      expect(await server.openMenu(HONG.userNo)).to.include(`${ssoURL}?token=`);
    }
    expect(() => server.registerMenu('/c')).to.throw(TypeError, '`ssoURL` must be an absolute');
  });

  it('openMenu() rejects with the text of the page if there is no such user, or no ssoURL', async () => {
    const server = await start();
    expect((await rejection(server.openMenu('1'))).message).to.match(/HTTP 400: .*: user_no$/);
    expect((await rejection(server.openMenu(''))).message).to.match(/필수 항목이 없습니다: user_no$/);
    const without = await start({ ssoURL: undefined });
    expect((await rejection(without.openMenu(HONG.userNo))).message).to.include('연결된 주소가 없습니다');
  });

  const keys = { 'user-no': '1234567', 'user-id': 'hong', 'user-name': '홍길동', 'employee-no': '2022001' };

  it('v4/tokens responds with the user, and with an employee number if there is one', async () => {
    const server = await start();
    expect(await read200(server)).to.deep.equal(keys);
    const { json } = await read(server, await tokenFor(server, KIM.userNo));
    expect(json).to.deep.equal({ 'user-no': '1234568', 'user-id': 'kim', 'user-name': '김서연' });
  });

  it('v4/tokens puts the keys where menuTokenShape says', async () => {
    expect(await read200(await start({ menuTokenShape: 'data' }))).to.deep.equal({ data: keys });
    expect(await read200(await start({ menuTokenShape: 'data.attributes' }))).to.deep.equal({
      data: { attributes: keys },
    });
  });

  it('a menu token can be used once, or more often with reuseMenuTokens', async () => {
    for (const reuseMenuTokens of [false, true]) {
      const server = await start({ reuseMenuTokens });
      const token = await tokenFor(server, HONG.userNo);
      expect(await read(server, token)).to.have.property('status', 200);
      expect(await read(server, token)).to.deep.equal(
        reuseMenuTokens ? { status: 200, json: keys } : refusal('유효하지 않은 token입니다.'),
      );
    }
  });

  it('a menu token expires after ten minutes, or after menuTokenLifetime', async () => {
    const { now } = Date;
    const ages: [HiworksServerOptions, number, number][] = [
      [{}, 10 * 60 * 1000 - 1, 200],
      [{}, 10 * 60 * 1000, 400],
      [{ menuTokenLifetime: 5 }, 5, 400],
      [{ menuTokenLifetime: Number.POSITIVE_INFINITY }, 1e12, 200],
    ];
    for (const [options, age, status] of ages) {
      const server = await start(options);
      const issued = now();
      try {
        Date.now = () => issued;
        const token = await tokenFor(server, HONG.userNo);
        Date.now = () => issued + age;
        const outcome = await read(server, token);
        expect(outcome).to.have.property('status', status);
        if (status === 400) {
          expect(outcome).to.deep.equal(refusal('만료되었습니다: token'));
        }
      } finally {
        Date.now = now;
      }
    }
  });

  it('v4/tokens reads the token as one percent-encoded segment, and with GET only', async () => {
    const server = await start();
    const token = await tokenFor(server, HONG.userNo);
    const encoded = token.replace(/^./, (character) => `%${character.charCodeAt(0).toString(16)}`);
    expect(await read(server, token, 'POST')).to.deep.equal(refusal('GET으로 요청해 주세요.'));
    expect(await read(server, '%E0%A4%A')).to.deep.equal(refusal('값이 올바르지 않습니다: token'));
    expect((await fetch(`${server.ssoOptions.tokensURL}/a/b`)).headers.get('content-type')).to.match(/html/);
    expect(await read(server, encoded)).to.deep.equal({ status: 200, json: keys });
  });

  it('a scripted failure of v4/tokens may have any shape', async () => {
    const server = await start();
    const errors = [{ title: 'Not Found' }];
    server.fail('sso', { code: 'ERR', message: '점검 중', status: 503 });
    server.fail('sso', { body: JSON.stringify({ errors }), status: 202 });
    const token = await tokenFor(server, HONG.userNo);
    expect(await read(server, token)).to.deep.equal({
      status: 503,
      json: { code: 'ERR', message: '점검 중' },
    });
    expect(await read(server, token)).to.deep.equal({ status: 202, json: { errors } });
    expect(server.requests.at(-1)).to.include({ endpoint: 'sso', path: `/v4/tokens/${token}` });
    expect(server.requests[0]).to.include({ endpoint: 'menu', path: '/menu' });
  });

  const wrongOptions: [object, RegExp][] = [
    [{ ssoURL: '/sso' }, /^createHiworksServer: `ssoURL` must be an absolute/],
    [{ reuseMenuTokens: 1 }, /^createHiworksServer: `reuseMenuTokens` must be true or false/],
    [{ menuTokenLifetime: -1 }, /^createHiworksServer: `menuTokenLifetime` must be a number/],
    [{ menuTokenLifetime: '1' }, /^createHiworksServer: `menuTokenLifetime` must be a number/],
    [{ menuTokenShape: 'attributes' }, /^createHiworksServer: `menuTokenShape` must be 'root'/],
    [
      { users: [{ ...HONG, employeeNo: '' }] },
      /^createHiworksServer: users\[0\]: `employeeNo` must be a non-empty string/,
    ],
  ];
  for (const [options, message] of wrongOptions) {
    it(`createHiworksServer() rejects ${JSON.stringify(options)} with a TypeError that names the option`, async () => {
      const error = await rejection(createHiworksServer(options));
      expect(error).to.be.an.instanceOf(TypeError);
      expect(error.message).to.match(message);
    });
  }
});
