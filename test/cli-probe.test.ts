import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import nock from 'nock';
import { createHiworksServer, type HiworksServer, type HiworksServerOptions } from 'passport-hiworks/testing';
import { UsageError } from '../dist/cli/command.js';
import { listenForCallbacks } from '../dist/cli/probe/loopback.js';
import { readProbeOptions } from '../dist/cli/probe/options.js';
import { probe as runProbe } from '../dist/cli/probe/probe.js';
import { Terminal } from '../dist/cli/probe/terminal.js';
import { readStrategyOptions } from '../dist/options.js';
import { environment, freeCallbackURL, type Person, type Run, rows, runCLI, visit } from './support/cli.js';
import { HONG, rejection } from './support/testing.js';

const ROOT = join(__dirname, '..');

describe('passport-hiworks probe', () => {
  const servers: HiworksServer[] = [];
  let callbackURL: string;

  async function start(options: HiworksServerOptions = {}): Promise<HiworksServer> {
    callbackURL = await freeCallbackURL();
    const hiworks = await createHiworksServer({ callbackURL, users: [HONG], ...options });
    servers.push(hiworks);
    return hiworks;
  }

  after(async () => {
    await Promise.all(servers.map((server) => server.close()));
  });

  // Refuses where the address comes first, and signs in with the others.
  function obedient(hiworks: HiworksServer): Person {
    return async (url, index) => {
      await visit(index === 0 ? await hiworks.refuse(url) : await hiworks.signIn(url, HONG.userNo));
    };
  }

  function signingIn(hiworks: HiworksServer): Person {
    return async (url) => {
      await visit(await hiworks.signIn(url, HONG.userNo));
    };
  }

  function probe(hiworks: HiworksServer, person: Person, ...more: string[]): Promise<Run> {
    return runCLI(['probe', '--yes', ...more], environment(hiworks, callbackURL), person);
  }

  function expectNothingPrivate(run: Run, hiworks: HiworksServer): void {
    const sent = hiworks.requests.flatMap(({ form, headers }) => [
      form.auth_code,
      form.refresh_token,
      headers.authorization?.replace('Bearer ', ''),
    ]);
    const { userNo, officeNo, name } = HONG;
    for (const secret of [hiworks.options.clientSecret, userNo, officeNo, name, ...sent]) {
      if (secret) {
        expect(run.stdout + run.stderr).not.to.contain(secret);
      }
    }
    expect(run.stdout).not.to.contain(hiworks.options.clientID);
  }

  describe('a Hiworks as it is documented, whose user refuses once and signs in twice', () => {
    let hiworks: HiworksServer;
    let run: Run;

    before(async () => {
      hiworks = await start();
      run = await probe(hiworks, obedient(hiworks));
    });

    it('ends well, with the report of the documentation on stdout', () => {
      expect(run.code).to.equal(0);
      const report = run.stdout
        .replace(hiworks.url, 'http://127.0.0.1:PORT')
        .replace(/^passport-hiworks \S+ Node \S+ \w+;/m, 'passport-hiworks VERSION, Node VERSION, PLATFORM;');
      const example = /```markdown\n(.*?)```/s.exec(readFileSync(join(ROOT, 'docs/probe.md'), 'utf8'))?.[1];
      expect(report).to.equal(example);
    });

    it('has every question explained in the Korean documentation', () => {
      const korean = readFileSync(join(ROOT, 'docs/probe.ko.md'), 'utf8');
      const questions = [...rows(run.stdout.split('###')[0] ?? '').keys()].slice(2);
      expect(questions).to.have.length(15);
      for (const question of questions) {
        expect(korean).to.include(question);
      }
    });

    it('tells neither in the report nor on the way a secret, a token, a code, a name or a number', () => {
      expectNothingPrivate(run, hiworks);
    });

    it('says first what it will do, and where the requests go', () => {
      expect(run.stderr).to.match(/^passport-hiworks probe finds out .* nothing anywhere but to Hiworks/s);
      expect(run.stderr).to.contain(`  ${hiworks.url}/open/auth/accesstoken\n`);
    });

    it('sends what it says and nothing else', () => {
      const requests = hiworks.requests
        .filter(({ endpoint }) => endpoint !== 'signin')
        .map(({ endpoint, query, form, headers }) => {
          const login = Object.keys(query).filter((name) => name !== 'client_id' && name !== 'access_type');
          const type = endpoint === 'profile' ? headers['content-type'] : form.grant_type;
          return [endpoint, query.access_type ?? form.access_type, ...login, type].filter(Boolean).join(' ');
        });
      expect(requests).to.deep.equal([
        'authorization online response_type redirect_uri state',
        'authorization online state',
        'token online authorization_code',
        'profile application/json',
        'profile',
        'token online authorization_code',
        'authorization offline response_type redirect_uri state',
        'token offline authorization_code',
        'token offline refresh_token',
        'token offline refresh_token',
        'token online authorization_code',
      ]);
    });

    it('has another state for each login', () => {
      const states = run.opened.map((url) => url.searchParams.get('state'));
      expect(new Set(states)).to.have.property('size', 3);
    });
  });

  describe('a Hiworks that differs where the documentation is silent', () => {
    it('is reported with the returned state and the refresh token that stays', async () => {
      const hiworks = await start({ echoState: true, rotateRefreshTokens: false });
      const run = await probe(hiworks, obedient(hiworks));
      const report = rows(run.stdout);
      expect(run.code).to.equal(0);
      expect(report.get('Is `state` returned?')?.[0]).to.equal('yes');
      expect(report.get('Does a refresh give a new refresh token?')?.[0]).to.equal('no: absent');
      expect(report.get('The old refresh token, sent again, is')?.[0]).to.equal('accepted');
      expectNothingPrivate(run, hiworks);
    });

    it('is reported if nobody is asked, so that nothing can be refused', async () => {
      const hiworks = await start({ signInAs: HONG.userNo });
      const run = await probe(hiworks, signingIn(hiworks));
      expect(rows(run.stdout).get('And if the user refuses?')?.[0]).to.match(/^`auth_code` a string/);
    });

    it('is reported if it takes redirect_uri and response_type for an error', async () => {
      const hiworks = await start();
      const visit = signingIn(hiworks);
      const run = await probe(
        hiworks,
        async (url, index, child) => {
          if (new URL(url).searchParams.has('redirect_uri')) {
            hiworks.fail('authorization', {
              code: 'ERR',
              msg: `알 수 없는 항목: redirect_uri ${HONG.userNo}`,
            });
          }
          await visit(url, index, child);
        },
        '--skip-refusal',
      );
      const report = rows(run.stdout);
      expect(run.code).to.equal(0);
      expect(report.get('May `response_type` and `redirect_uri` be sent?')?.[0]).to.match(/^perhaps not/);
      expect(report.get('What does a callback carry?')?.[0]).to.contain(
        'offline: `code` string `ERR`, `msg` string `알 수 없는 항목: redirect_uri ***`; offline: `auth_code`',
      );
      expect(report.get('And if the user refuses?')?.[0]).to.equal('not found out');
    });

    it('is reported if user/v2/me is refused, with the names in its message left out', async () => {
      const hiworks = await start();
      const message = `권한이 없습니다: ${HONG.name}(${HONG.userId}@example.com), ${HONG.officeNo}`;
      hiworks.fail('profile', { code: 'ERR', message });
      const run = await probe(hiworks, obedient(hiworks));
      const report = rows(run.stdout);
      expect(run.code).to.equal(0);
      expect(report.get('May `user/v2/me` be read?')?.[0]).to.equal('no');
      expect(report.get('Is its `no` the `user_no`?')?.[0]).to.equal('not found out');
      expect(report.get('`user/v2/me`')?.[2]).to.equal(
        '`code` string `ERR`, `message` string `권한이 없습니다: *** ***`',
      );
      expectNothingPrivate(run, hiworks);
    });
  });

  describe('a Hiworks in trouble', () => {
    it('leaves a gap if the token response is a page, and goes on with the other login', async () => {
      const hiworks = await start();
      hiworks.fail('token', {
        status: 502,
        body: '<p>점검 중</p>',
        headers: { 'content-type': 'text/html' },
      });
      const run = await probe(hiworks, obedient(hiworks));
      const report = rows(run.stdout);
      expect(run.code).to.equal(1);
      expect(run.stderr).to.contain('Not every login led to tokens');
      expect(report.get('the code of the `online` login')).to.deep.equal(['502', '`text/html`', 'not JSON']);
      expect(report.get('May `user/v2/me` be read?')?.[0]).to.match(/^yes/);
      expect(report.get('Is its `no` the `user_no`?')?.[0]).to.equal('yes');
    });

    it('leaves a gap if no response comes in time', async () => {
      const hiworks = await start();
      hiworks.fail('token', 'hang');
      const run = await probe(hiworks, obedient(hiworks), '--timeout', '0.5');
      expect(run.code).to.equal(1);
      expect(rows(run.stdout).get('the code of the `online` login')?.[2]).to.match(
        /^none: `POST http:\S+: no whole response within 500 ms/,
      );
    });

    it('does not take a callback with two codes for a login', async () => {
      const hiworks = await start();
      const run = await probe(
        hiworks,
        async (_url, index) => visit(`${callbackURL}?auth_code=a${index}&auth_code=b`),
        '--skip-refusal',
      );
      expect(run.code).to.equal(1);
      expect(hiworks.requests).to.have.length(1);
      expect(hiworks.requests[0]?.form.auth_code).to.match(/^[a-f0-9]{32}$/);
    });

    it('leaves out what needs an offline token if that is refused', async () => {
      const hiworks = await start();
      const run = await probe(hiworks, async (url, index, child) => {
        if (url.includes('access_type=offline')) {
          hiworks.fail('token', { code: 'ERR', msg: '오프라인은 안 됩니다' });
        }
        await obedient(hiworks)(url, index, child);
      });
      const report = rows(run.stdout);
      expect(run.code).to.equal(1);
      expect(report.get('its refresh token')).to.deep.equal(['–', '–', 'not sent']);
      expect(report.get('Does a refresh give a new refresh token?')?.[0]).to.equal('not found out');
    });

    it('says that nothing came back in time, each login with and without what is not documented', async () => {
      const hiworks = await start();
      const run = await probe(hiworks, async () => undefined, '--wait', '0.05');
      expect(run.code).to.equal(1);
      expect(run.opened).to.have.length(5);
      expect(run.opened[4]?.search).to.equal(`?client_id=${hiworks.options.clientID}&access_type=offline`);
      expect(rows(run.stdout).get('refusal')?.[1]).to.equal('none in time');
      expect(rows(run.stdout).get('May `user/v2/me` be read?')?.[0]).to.equal('not found out');
      expect(hiworks.requests.map(({ endpoint }) => endpoint)).to.deep.equal(['token']);
    });
  });

  describe('the person at the terminal', () => {
    it('is asked for what the environment does not say, and for a y', async () => {
      const hiworks = await start();
      const { HIWORKS_CLIENT_ID, HIWORKS_CLIENT_SECRET, HIWORKS_CALLBACK_URL, ...env } = environment(
        hiworks,
        callbackURL,
      );
      const run = await runCLI(['probe'], env, obedient(hiworks), {
        // Typed ahead: nothing of it may be lost.
        'HIWORKS_CLIENT_ID: ': `${HIWORKS_CLIENT_ID}\n ${HIWORKS_CLIENT_SECRET} \n`,
        'HIWORKS_CALLBACK_URL: ': `${HIWORKS_CALLBACK_URL}\n`,
        'Go on? [y/N] ': 'y\n',
      });
      expect(run.code).to.equal(0);
      expectNothingPrivate(run, hiworks);
    });

    it('can say no, and then nothing is sent', async () => {
      const hiworks = await start();
      const run = await runCLI(['probe'], environment(hiworks, callbackURL), undefined, { 'Go on?': '\n' });
      expect(run).to.include({ code: 1, stdout: '' });
      expect(run.stderr).to.match(/Nothing was sent\.\n$/);
      expect(hiworks.requests).to.deep.equal([]);
    });

    it('can go on without a callback by entering s', async () => {
      const hiworks = await start();
      const visit = signingIn(hiworks);
      const run = await runCLI(
        ['probe'],
        environment(hiworks, callbackURL),
        async (url, index, child) => {
          if (index < 2) {
            child.stdin?.write('?\n\ns\n');
          } else {
            await visit(url, index, child);
          }
        },
        { 'Go on?': 'yes\n' },
      );
      const logins = run.opened.map((url) => url.searchParams.has('state'));
      expect(logins).to.deep.equal([true, true, false, true]);
      expect(run.stdout).to.contain('| online | `state` | none; the user went on |');
      expect(run.stdout).to.contain('| online | nothing | `auth_code` a string');
      expect(run.code).to.equal(0);
    });

    it('can end it with Ctrl-C', async () => {
      const hiworks = await start();
      const run = await probe(hiworks, async (_url, _index, child) => child.kill('SIGINT'));
      expect(run).to.include({ code: 130, stdout: '' });
      expect(run.stderr).to.match(/Stopped; there is no report\.\n$/);
    });

    it('may not leave before everything is answered', async () => {
      const run = await runCLI(['probe'], {}, undefined, { 'HIWORKS_CLIENT_ID: ': undefined });
      expect(run.code).to.equal(1);
      expect(run.stderr).to.contain('the input ended before every question was answered');
    });
  });

  describe('the terminal itself', () => {
    function terminal(isTTY: boolean) {
      const input = Object.assign(new PassThrough(), { isTTY });
      const output = new PassThrough();
      let interrupts = 0;
      const face = new Terminal(input, output, () => {
        interrupts += 1;
      });
      return { input, face, seen: () => String(output.read() ?? ''), interrupts: () => interrupts };
    }

    it('shows what is typed, but not a secret, and does not bring it back with the up key', async () => {
      const { input, face, seen } = terminal(true);
      const id = face.ask('id: ');
      input.write('mine\r');
      expect(await id).to.equal('mine');
      expect(seen()).to.contain('id: ').and.to.contain('mine');

      const secret = face.ask('secret: ', { hidden: true });
      input.write('hush\r');
      expect(await secret).to.equal('hush');
      expect(seen()).to.contain('secret: ').and.not.to.contain('hush');

      const more = face.ask('more: ');
      input.write('\x1b[A\r');
      expect(await more).to.equal('');
      face.close();
    });

    it('hears Ctrl-C, which a terminal in raw mode hands to the program', async () => {
      const { input, face, interrupts } = terminal(true);
      const answer = face.ask('id: ');
      input.write('\x03');
      input.write('mine\r');
      await answer;
      expect(interrupts()).to.equal(1);
      face.close();
    });

    it('does not take the end of the input for a word', async () => {
      const { input, face } = terminal(false);
      const outcome = Promise.race([face.entered('s').then(() => 'entered'), once(input, 'close')]);
      input.end('no\n');
      expect(await outcome).to.deep.equal([]);
    });
  });

  describe('the server for the callback', () => {
    it('counts a navigation to its own host and path only, and keeps the address with the code from others', async () => {
      const url = await freeCallbackURL();
      const server = await listenForCallbacks(url);
      const next = server.next(60_000, new Promise(() => undefined));
      const status = async (...request: Parameters<typeof visit>) => (await visit(...request)).status;
      expect(await status(new URL('/favicon.ico?auth_code=x', url).href)).to.equal(404);
      expect(await status(`${url}?auth_code=head`, { method: 'HEAD' })).to.equal(405);
      const refused = [
        { 'sec-fetch-mode': 'cors' },
        { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
        { 'sec-fetch-mode': 'navigate', 'sec-purpose': 'prefetch;prerender' },
        { purpose: 'prefetch' },
      ];
      for (const headers of refused) {
        expect(await status(`${url}?auth_code=script`, { headers })).to.equal(403);
      }
      const host = new URL(url).host.replace('localhost', 'rebound.example.com');
      expect(await status(`${url}?auth_code=rebound`, { headers: { host } })).to.equal(421);
      const headers = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
      const page = await visit(`${url}?auth_code=1&state=2`, { headers });
      expect(page.status).to.equal(200);
      expect(page.headers).to.include({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
      expect(page.body).to.contain('터미널로 돌아가 주세요');
      expect(String(await next)).to.equal('auth_code=1&state=2');
      server.close();
    });

    it('takes a callback that nobody waits for without harm', async () => {
      const url = await freeCallbackURL();
      const server = await listenForCallbacks(url);
      expect((await visit(`${url}?auth_code=early`)).status).to.equal(200);
      const next = server.next(60_000, new Promise(() => undefined));
      await visit(`${url}?auth_code=1&state=2`);
      expect(String(await next)).to.equal('auth_code=1&state=2');
      server.close();
    });

    it('is at port 80 if the URL names none', async () => {
      const other = createServer().listen(80, '127.0.0.1');
      // Whoever may not listen there cannot do so in the probe either.
      await Promise.race([once(other, 'listening'), once(other, 'error')]).catch(() => undefined);
      const error = await listenForCallbacks('http://localhost/callback').catch((error: Error) => error);
      other.close();
      expect(error)
        .to.have.property('message')
        .that.matches(/: .*127\.0\.0\.1:80/);
    });

    it('says who may be in the way if the port is taken', async () => {
      const hiworks = await start();
      const { port } = new URL(hiworks.url);
      const env = environment(hiworks, `http://localhost:${port}/callback`);
      const run = await runCLI(['probe', '--yes'], env);
      expect(run).to.include({ code: 1, stdout: '' });
      expect(run.stderr).to.match(
        /cannot wait for the callback: listen EADDRINUSE: .* Stop it and try again\n$/,
      );
    });

    for (const url of [
      'https://localhost:3000/callback',
      'http://app.example.com/callback',
      '/auth/hiworks/callback',
    ]) {
      it(`cannot be at ${url}, and the message says what can`, async () => {
        const error = await rejection(listenForCallbacks(url));
        expect(error.message).to.contain('http://localhost:PORT/path');
      });
    }
  });

  it('sends to Hiworks itself if nothing else is said', async () => {
    const sent: unknown[] = [];
    nock.activate();
    nock('https://api.hiworks.com')
      .post('/open/auth/accesstoken', (form) => Boolean(sent.push(form)))
      .reply(200, { code: 'ERR', msg: '' });
    const settings = readStrategyOptions({
      clientID: 'a',
      clientSecret: 'b',
      callbackURL: 'http://localhost/',
    });
    const opened: string[] = [];
    const skipping = {
      async signIn(_login: string, url: string) {
        opened.push(url.replace(/\?.*/, ''));
        return 'skipped' as const;
      },
      say: () => undefined,
    };
    const findings = await runProbe(settings, skipping, true).finally(() => nock.restore());
    expect(new Set(opened)).to.deep.equal(new Set(['https://api.hiworks.com/open/auth/authform']));
    expect(sent).to.have.length(1);
    expect(findings.elsewhere).to.equal(undefined);
    expect(findings.results.wrongCode).to.include({ status: 200 });
  });

  describe('the command line', () => {
    for (const [args, message] of [
      [['--fast'], /^Unknown option '--fast'/],
      [['--wait', 'long'], /^--wait must be a number of seconds/],
      [['--timeout', '86401'], /^--timeout must be a number of seconds/],
    ] as const) {
      it(`does not take ${args.join(' ')}`, () => {
        expect(() => readProbeOptions([...args], {})).to.throw(UsageError, message);
      });
    }

    const wrong: [string, string[], Record<string, string>, RegExp][] = [
      ['--yes with nothing in the environment', ['--yes'], {}, /HIWORKS_CLIENT_ID is not set/],
      [
        'a token URL that is neither https nor this machine',
        ['--yes', '--token-url', 'http://hiworks.example.com/'],
        { HIWORKS_CLIENT_ID: 'a', HIWORKS_CLIENT_SECRET: 'b', HIWORKS_CALLBACK_URL: 'http://localhost/' },
        /passport-hiworks: `tokenURL` must be an https: URL/,
      ],
    ];
    for (const [name, args, env, message] of wrong) {
      it(`is explained, with exit code 2, for ${name}`, async () => {
        const run = await runCLI(['probe', ...args], env);
        expect(run).to.include({ code: 2, stdout: '' });
        expect(run.stderr).to.match(message).and.to.contain('Usage: passport-hiworks probe');
      });
    }

    it('leads to other addresses before the environment does, https included', async () => {
      const hiworks = await start();
      const run = await runCLI(
        ['probe', '--authorization-url', 'https://a.test/', '--token-url', 'https://b.test/'],
        { ...environment(hiworks, callbackURL), HIWORKS_AUTHORIZATION_URL: 'https://c.test' },
        undefined,
        { 'Go on?': 'n\n' },
      );
      expect(run.stderr).to.contain(`  https://a.test/\n  https://b.test/\n  ${hiworks.url}/user/v2/me\n`);
    });

    it('leads to Hiworks if it says nothing else', async () => {
      const HIWORKS_CALLBACK_URL = await freeCallbackURL();
      const env = { HIWORKS_CLIENT_ID: 'a', HIWORKS_CLIENT_SECRET: 'b', HIWORKS_CALLBACK_URL };
      const run = await runCLI(['probe'], env, undefined, { 'Go on?': 'n\n' });
      expect(run.stderr).to.contain('  https://api.hiworks.com/open/auth/authform\n');
    });

    it('is explained in Korean, and so is everything else, if the locale is Korean', async () => {
      const hiworks = await start();
      const env = { ...environment(hiworks, callbackURL), LC_ALL: 'ko_KR.UTF-8' };
      const run = await runCLI(['probe', '--yes'], env, obedient(hiworks));
      expect(run.code).to.equal(0);
      expect(run.stderr)
        .to.match(/^passport-hiworks probe는 .* 확인합니다/s)
        .and.contain('콜백을 받았습니다.');
      expect(run.stderr).to.contain('하이웍스에 전송: online 로그인의 코드\n');
      expect(run.stdout).to.contain('## What Hiworks does');
      expect((await runCLI(['probe', '--help'], env)).stdout).to.match(/^사용법: passport-hiworks probe/);
      const wrongURL = { ...env, HIWORKS_CALLBACK_URL: 'https://localhost/' };
      expect((await runCLI(['probe', '--yes'], wrongURL)).stderr).to.contain(
        '콜백 URL은 http://localhost:PORT',
      );
      const taken = { ...env, HIWORKS_CALLBACK_URL: `http://localhost:${new URL(hiworks.url).port}/` };
      expect((await runCLI(['probe', '--yes'], taken)).stderr).to.match(
        /콜백을 기다릴 수 없습니다: .*EADDRINUSE/,
      );
    });

    describe('--output', () => {
      let directory: string;

      beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'passport-hiworks-'));
      });
      afterEach(() => {
        rmSync(directory, { recursive: true });
      });

      it('writes the report to a file as well', async () => {
        const hiworks = await start();
        const file = join(directory, 'report.md');
        const run = await probe(hiworks, obedient(hiworks), '--output', file);
        expect(run.code).to.equal(0);
        expect(readFileSync(file, 'utf8')).to.equal(run.stdout);
      });

      it('does not lose the report if the file cannot be written', async () => {
        const hiworks = await start();
        const run = await probe(hiworks, obedient(hiworks), '--output', directory);
        expect(run.code).to.equal(1);
        expect(run.stderr).to.contain('passport-hiworks: EISDIR');
        expect(run.stdout).to.contain('### The responses');
      });
    });
  });
});
