import { expect } from 'chai';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import { UsageError } from '../dist/cli/command.js';
import { probeSSO } from '../dist/cli/probe/sso.js';
import { expectPort, onFreePort, runCLI, visit } from './support/cli.js';
import { HONG, rejection } from './support/testing.js';

describe('passport-hiworks probe sso', () => {
  let hiworks: HiworksServer;

  before(async () => {
    hiworks = await createHiworksServer({ users: [HONG], menuTokenShape: 'data.attributes' });
  });
  after(() => hiworks.close());

  /** Runs the probe, and `click` once it waits. */
  const runProbe = (click: (ssoURL: string) => Promise<unknown>, ...args: string[]) =>
    onFreePort(async (ssoURL) => {
      hiworks.registerMenu(ssoURL);
      const env = { HIWORKS_SSO_URL: ssoURL, HIWORKS_TOKENS_URL: hiworks.ssoOptions.tokensURL };
      return expectPort(
        await runCLI(['probe', 'sso', ...args], env, undefined, { ' …\n': () => click(ssoURL) }),
      );
    });

  it('reports the shape of the click and of the responses, and reveals nothing private', async () => {
    const run = await runProbe(async () => visit(await hiworks.openMenu(HONG.userNo)));
    expect(run.code).to.equal(0);
    const [click, token, again, madeUp] = run.stdout.match(/^\| (a click|the token|a made-up).*$/gm) ?? [];
    expect(click).to.match(
      /^\| a click on the menu \| callback: `token` a string of 32 \[a-z0-9\]; Referer absent/,
    );
    expect(token).to.equal(
      '| the token | HTTP 200, `application/json; charset=utf-8`: `data.attributes.user-no` a string of 7 digits, ' +
        '`data.attributes.user-id` a string of 4 [a-z0-9], `data.attributes.user-name` a string of 3 characters, ' +
        '`data.attributes.employee-no` a string of 7 digits |',
    );
    expect(again).to.match(/^\| the token \| HTTP 4/);
    expect(madeUp).to.match(/^\| a made-up token \| HTTP 4/);
    const tokens = hiworks.requests
      .filter(({ endpoint }) => endpoint === 'sso')
      .map(({ path }) => path.slice(11));
    for (const secret of [...tokens, HONG.userNo, HONG.employeeNo, HONG.name]) {
      expect(run.stdout + run.stderr).not.to.include(secret);
    }
  });

  it('requests no token with a dot segment, and nothing without a token', async () => {
    hiworks.requests.length = 0;
    for (const query of ['code=x&token=', 'token=a/../b']) {
      const run = await runProbe((ssoURL) => visit(`${ssoURL}?${query}`));
      expect(run.code).to.equal(1);
      expect(run.stdout).to.include('| a click on the menu | callback: ');
    }
    const late = await runProbe(async () => undefined, '--wait', '0.05');
    expect(late.code).to.equal(1);
    expect(late.stdout).to.include('| a click on the menu | nothing: `no callback in time` |');
    expect(hiworks.requests).to.deep.equal([]);
  });

  it('refuses a wrong option as a usage error, and a URL that is not on this machine', async () => {
    for (const [args, message] of [
      [[], /HIWORKS_SSO_URL/],
      [
        ['--url', 'http://localhost:1/', '--tokens-url', 'http://a.test/'],
        /`--tokens-url` must be an https: URL/,
      ],
      [['--url', 'http://localhost:1/', '--wait', '0'], /--wait must be a number of seconds/],
    ] as const) {
      const error = await rejection(probeSSO.run([...args]));
      expect(error).to.be.an.instanceOf(UsageError);
      expect(error.message).to.match(message);
    }
    const elsewhere = await runCLI(['probe', 'sso', '--url', 'http://app.example.com/sso']);
    expect(elsewhere).to.include({ code: 1, stdout: '' });
    expect(elsewhere.stderr).to.include('http://localhost:PORT/path');
  });
});
