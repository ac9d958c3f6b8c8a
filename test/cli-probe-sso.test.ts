import { expect } from 'chai';
import { createHiworksServer, type HiworksServer, type HiworksServerOptions } from 'passport-hiworks/testing';
import { UsageError } from '../dist/cli/command.js';
import { probeSSO } from '../dist/cli/probe/sso.js';
import { freeCallbackURL, type Run, rows, runCLI, visit } from './support/cli.js';
import { HONG, rejection } from './support/testing.js';

describe('passport-hiworks probe sso', () => {
  const servers: HiworksServer[] = [];
  let ssoURL: string;

  async function start(options: HiworksServerOptions = {}): Promise<HiworksServer> {
    ssoURL = await freeCallbackURL();
    const hiworks = await createHiworksServer({ ssoURL, users: [HONG], ...options });
    servers.push(hiworks);
    return hiworks;
  }

  after(async () => {
    await Promise.all(servers.map((server) => server.close()));
  });

  /** Runs the probe; once it waits, `click` is done. */
  async function probe(
    hiworks: HiworksServer,
    click: () => Promise<unknown> = async () => visit(await hiworks.openMenu(HONG.userNo)),
    env: Record<string, string> = {},
    ...options: string[]
  ): Promise<Run> {
    const { tokensURL: HIWORKS_TOKENS_URL } = hiworks.ssoOptions;
    return runCLI(
      ['probe', 'sso', ...options],
      { HIWORKS_SSO_URL: ssoURL, HIWORKS_TOKENS_URL, ...env },
      undefined,
      { ' …': click },
    );
  }

  it('reports the shape of what a click brings and of the responses, and nothing private', async () => {
    const hiworks = await start({ menuTokenShape: 'data.attributes' });
    const run = await probe(hiworks);
    expect(run.code).to.equal(0);
    expect(run.stdout).to.contain('The click carried: `token` a string of 32 characters [a-z0-9].\n');
    const report = rows(run.stdout);
    expect(report.get('the token')).to.deep.equal([
      '200',
      '`application/json; charset=utf-8`',
      '`data` an object of 1 keys; in `data`: `attributes` an object of 4 keys; in `data.attributes`: ' +
        '`user-no` a string of 7 digits, `user-id` a string of 4 characters [a-z0-9], ' +
        '`user-name` a string of 3 characters, `employee-no` a string of 7 digits',
    ]);
    const refusal = [
      '404',
      '`application/json; charset=utf-8`',
      '`code` string `ERR`, `msg` string `유효하지 않은 token입니다.`',
    ];
    expect(report.get('the same token again')).to.deep.equal(refusal);
    expect(report.get('a made-up token')).to.deep.equal(refusal);
    const tokens = hiworks.requests.map(({ path }) => path.replace('/v4/tokens/', ''));
    for (const secret of [...tokens.slice(1), HONG.userNo, HONG.employeeNo, HONG.name]) {
      expect(run.stdout + run.stderr).not.to.contain(secret);
    }
  });

  it('sends the token as one encoded segment, with the documented header only', async () => {
    const hiworks = await start();
    const token = '../a?b=%2F';
    await probe(hiworks, () => visit(`${ssoURL}?token=${encodeURIComponent(token)}`));
    expect(hiworks.requests[0]).to.include({
      method: 'GET',
      path: `/v4/tokens/${encodeURIComponent(token)}`,
    });
    expect(hiworks.requests[0]?.headers).to.have.all.keys('host', 'content-type', 'connection');
  });

  it('sends nothing if the click brings no token, or none comes in time', async () => {
    const hiworks = await start();
    const without = await probe(hiworks, () => visit(`${ssoURL}?code=x&token=..`));
    expect(without.code).to.equal(1);
    expect(without.stdout).to.contain(
      'The click carried: `code` string `x`, `token` a string of 2 characters [A-Za-z0-9._~+/=-].\n',
    );
    expect(rows(without.stdout).get('the token')).to.deep.equal(['–', '–', 'not sent']);
    const late = await probe(hiworks, async () => undefined, {}, '--wait', '0.05');
    expect(late.code).to.equal(1);
    expect(late.stdout).to.contain('The click carried: none in time.\n');
    expect(hiworks.requests).to.deep.equal([]);
  });

  it('ends with 130 after Ctrl-C', async () => {
    const hiworks = await start();
    const run = await runCLI(['probe', 'sso', '--url', ssoURL], {}, undefined, {
      ' …': async (child) => child.kill('SIGINT'),
    });
    expect(run).to.include({ code: 130, stdout: '' });
    expect(hiworks.requests).to.deep.equal([]);
  });

  it('speaks Korean if the locale is Korean', async () => {
    const run = await probe(await start(), undefined, { LC_ALL: 'ko_KR.UTF-8' });
    expect(run.code).to.equal(0);
    expect(run.stderr).to.contain('하이웍스에서 메뉴를 클릭하세요.');
  });

  const wrong: [string[], RegExp][] = [
    [[], /--url or HIWORKS_SSO_URL must say/],
    [['--url', 'http://localhost:1/', '--tokens-url', 'http://a.test/'], /`tokensURL` must be an https: URL/],
    [['--url', 'http://localhost:1/', '--wait', '-1'], /--wait' argument|--wait must be/],
  ];
  for (const [args, message] of wrong) {
    it(`does not take [${args}]`, async () => {
      const error = await rejection(probeSSO.run(args));
      expect(error).to.be.an.instanceOf(UsageError);
      expect(error.message).to.match(message);
    });
  }
});
