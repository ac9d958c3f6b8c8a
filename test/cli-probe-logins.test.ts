import { Agent } from 'node:http';
import { expect } from 'chai';
import { createHiworksServer, type HiworksServer, type HiworksServerOptions } from 'passport-hiworks/testing';
import { probeLogins, type SignIn } from '../dist/cli/probe/logins.js';
import { report } from '../dist/cli/probe/report.js';
import { readStrategyOptions } from '../dist/options.js';
import { CALLBACK, HONG } from './support/testing.js';

describe("The probe's logins", () => {
  let hiworks: HiworksServer;

  afterEach(() => hiworks.close());

  async function start(options: HiworksServerOptions = {}): Promise<void> {
    hiworks = await createHiworksServer({ callbackURL: CALLBACK, users: [HONG], ...options });
  }

  const callback = (url: string) => ({ query: new URL(url).searchParams, headers: {} });
  const signIn: SignIn = async (_login, url) => callback(await hiworks.signIn(url, HONG.userNo));

  async function probe(user = signIn, timeout = 10_000) {
    // Not Node's global agent, which a proxy of the environment would redirect.
    const options = { ...hiworks.options, callbackURL: CALLBACK, timeout, agent: new Agent() };
    const settings = readStrategyOptions(options);
    const findings = await probeLogins(settings, user, { skipRefusal: true });
    return { text: report(findings, 'VERSION'), isComplete: findings.isComplete };
  }

  it('report a returned `state`, and a refresh token that stays', async () => {
    await start({ echoState: true, rotateRefreshTokens: false });
    const { text } = await probe();
    expect(text).to.include('- `state` came back: set `state: true`.\n');
    expect(text).to.match(/online login with .* (\(value \d\)) \| callback: .*`state` [^,]* \1/);
    expect(text).to.match(/the same refresh token again \| .*`code` string `SUC`/);
  });

  it('are tried again with the documented parameters if Hiworks refuses the others', async () => {
    await start();
    const { text, isComplete } = await probe(async (login, url) => {
      if (url.includes('redirect_uri')) {
        hiworks.fail('authorization', { code: 'ERR', msg: `알 수 없는 항목: redirect_uri ${HONG.userNo}` });
      }
      return signIn(login, url);
    });
    expect(isComplete).to.equal(true);
    expect(text).to.match(
      /offline login .*redirect_uri, state` .*`msg` string `알 수 없는 항목: redirect_uri \*\*\*`/,
    );
    expect(text).to.match(/offline login with `client_id, access_type` \| callback: `auth_code`/);
  });

  it('report a refused profile, without what is private in its message', async () => {
    await start();
    hiworks.fail('profile', { code: 'ERR', message: `권한이 없습니다: ${HONG.name}(hong@example.com)` });
    const { text } = await probe();
    expect(text)
      .to.include('leave out `fetchProfile`')
      .and.include('`message` string `권한이 없습니다: ***`');
  });

  it('go on if a token response is a page, or does not come in time', async () => {
    await start();
    hiworks.fail('token', { status: 502, body: '점검 중', headers: { 'content-type': 'text/html' } });
    const failed = await probe();
    expect(failed.isComplete).to.equal(false);
    expect(failed.text).to.include(
      '| the code of the online login | HTTP 502, `text/html`: not JSON in UTF-8 |',
    );
    expect(failed.text)
      .to.include('- Not every login led to tokens')
      .and.include('- `user/v2/me` can be read');
    hiworks.fail('token', 'hang');
    expect((await probe(signIn, 500)).text).to.match(
      /the code of the online login \| nothing: `POST http:\S+: /,
    );
  });

  it('do not use the code of a callback with two codes', async () => {
    await start();
    const { isComplete } = await probe(async () => callback(`${CALLBACK}?auth_code=aaaaaaaa&auth_code=b`));
    expect(isComplete).to.equal(false);
    expect(hiworks.requests.map(({ form }) => form.auth_code))
      .to.have.length(1)
      .and.not.include('aaaaaaaa');
  });
});
