import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import { UsageError } from '../dist/cli/command.js';
import { probe } from '../dist/cli/probe/command.js';
import { Terminal } from '../dist/cli/probe/terminal.js';
import { environment, expectPort, onFreePort, type Person, type Run, runCLI, visit } from './support/cli.js';
import { HONG, rejection } from './support/testing.js';

type Replies = Parameters<typeof runCLI>[3];

// As Chromium sends them when Hiworks redirects to the callback.
const NAVIGATION = {
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'cross-site',
  'sec-fetch-user': '?1',
};

describe('passport-hiworks probe', () => {
  let hiworks: HiworksServer;

  beforeEach(async () => {
    hiworks = await createHiworksServer({ users: [HONG] });
  });
  afterEach(() => hiworks.close());

  // Cancels the first login, and signs in with the others.
  const user: Person = async (url, index) => {
    const callback = index === 0 ? await hiworks.refuse(url) : await hiworks.signIn(url, HONG.userNo);
    await visit(callback, { headers: NAVIGATION });
  };

  function runProbe(args: string[], person: Person = user, replies: Replies = {}): Promise<Run> {
    return onFreePort(async (callbackURL) => {
      hiworks.register(callbackURL);
      const env = environment(hiworks, callbackURL);
      return expectPort(await runCLI(['probe', ...args], env, person, replies));
    });
  }

  it('reports as its documentation shows, and reveals nothing private', async () => {
    const run = await runProbe(['--yes']);
    expect(run.code).to.equal(0);
    const report = run.stdout
      .replace(hiworks.url, 'http://127.0.0.1:PORT')
      .replace(/^passport-hiworks \S+ Node \S+ \w+;/m, 'passport-hiworks VERSION, Node VERSION, PLATFORM;');
    for (const name of ['probe.md', 'probe.ko.md']) {
      const page = readFileSync(join(__dirname, '../docs', name), 'utf8');
      expect(report, name).to.equal(/```markdown\n(.*?)```/s.exec(page)?.[1]);
    }

    const requests = hiworks.requests.filter(
      ({ endpoint }) => endpoint === 'token' || endpoint === 'profile',
    );
    // One for each row of the table that is not a login.
    expect(requests).to.have.length(9);
    const credentials = requests.map(
      ({ form, headers }) => form.auth_code ?? form.refresh_token ?? headers.authorization?.slice(7) ?? '',
    );
    const { userNo, officeNo, name } = HONG;
    for (const secret of [hiworks.options.clientSecret, userNo, officeNo, name, ...credentials]) {
      expect(run.stdout + run.stderr).not.to.include(secret);
    }
    expect(run.stdout).not.to.include(hiworks.options.clientID);
  });

  it('asks for what is missing in the environment, and for consent', async () => {
    const { clientID, clientSecret } = hiworks.options;
    const run = await onFreePort(async (callbackURL) => {
      hiworks.register(callbackURL);
      const args = ['probe', '--base-url', hiworks.url];
      const replies = {
        // Typed ahead: no line may be lost.
        'HIWORKS_CLIENT_ID: ': `${clientID}\n ${clientSecret} \n`,
        'HIWORKS_CALLBACK_URL: ': `${callbackURL}\n`,
        '[y/N] ': 'y\n',
      };
      return expectPort(await runCLI(args, { HIWORKS_BASE_URL: 'https://a.test' }, user, replies));
    });
    expect(run.code).to.equal(0);
    expect(run.stdout + run.stderr).not.to.include(clientSecret);
  });

  it('sends nothing without consent, and shows where it would', async () => {
    const HIWORKS_CALLBACK_URL = 'http://localhost:3000/callback';
    const env = { HIWORKS_CLIENT_ID: 'id', HIWORKS_CLIENT_SECRET: 'secret', HIWORKS_CALLBACK_URL };
    const run = await runCLI(['probe'], env, undefined, { '[y/N] ': '\n' });
    expect(run).to.include({ code: 1, stdout: '' });
    expect(run.stderr).to.include('요청을 보낼 주소: https://api.hiworks.com/\n');
    expect(run.stderr).to.match(/아무것도 전송하지 않았습니다\.\n$/);
  });

  it('goes on without a callback if the user enters s', async () => {
    const person: Person = async (url, index, child) =>
      index === 0 ? child.stdin?.write('?\n\ns\n') : user(url, index, child);
    const run = await runProbe(['--skip-refusal'], person, { '[y/N] ': 'yes\n' });
    expect(run.code).to.equal(0);
    expect(run.stdout).to.include(
      '| online login with `client_id, access_type, state` | nothing: `skipped by the user` |',
    );
    expect(run.opened.map(({ searchParams }) => searchParams.has('state'))).to.deep.equal([
      true,
      false,
      true,
    ]);
  });

  it('goes on without a callback after --wait, even if the input has ended', async () => {
    const replies = { '[y/N] ': 'y\n', 브라우저를: undefined };
    const run = await runProbe(['--wait', '0.05'], async () => undefined, replies);
    expect(run.code).to.equal(1);
    expect(run.stdout).to.include(
      '| offline login with `client_id, access_type` | nothing: `no callback in time` |',
    );
  });

  it('ends with 130 and without a report after Ctrl-C', async () => {
    const run = await runProbe(['--yes'], async (_url, _index, child) => child.kill('SIGINT'));
    expect(run).to.include({ code: 130, stdout: '' });
  });

  it('ends with 1 if the input ends before the last question, or the port is taken', async () => {
    const ended = await runCLI(['probe'], {}, undefined, { 'HIWORKS_CLIENT_ID: ': undefined });
    expect(ended).to.include({ code: 1, stdout: '' });
    expect(ended.stderr).to.include('--yes');
    const taken = await runCLI(['probe', '--yes'], environment(hiworks, hiworks.url));
    expect(taken).to.include({ code: 1, stdout: '' });
    expect(taken.stderr).to.match(/^passport-hiworks: .*EADDRINUSE.*\n$/m);
  });

  it('writes the report to the --output file as well, and to stdout even if it cannot', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'passport-hiworks-'));
    const file = join(directory, 'report.md');
    const written = await runProbe(['--yes', '--output', file]);
    expect(readFileSync(file, 'utf8')).to.equal(written.stdout);
    const failed = await runProbe(['--yes', '--output', directory]);
    rmSync(directory, { recursive: true });
    expect(failed.code).to.equal(1);
    expect(failed.stderr).to.include('EISDIR');
    expect(failed.stdout).to.include('### What to do');
  });

  it('refuses a wrong option or a missing setting as a usage error', async () => {
    for (const [args, message] of [
      [['--fast'], /Unknown option '--fast'/],
      [['--wait', 'long'], /--wait must be a number of seconds/],
      [['--timeout', '86401'], /--timeout must be a number of seconds/],
    ] as const) {
      const error = await rejection(probe.run([...args]));
      expect(error).to.be.an.instanceOf(UsageError);
      expect(error.message).to.match(message);
    }
    const missing = await runCLI(['probe', '--yes']);
    expect(missing).to.include({ code: 2, stdout: '' });
    expect(missing.stderr).to.include('환경 변수 HIWORKS_CLIENT_ID').and.include(probe.usage);
    const http = ['probe', '--yes', '--base-url', 'http://hiworks.example.com/'];
    expect((await runCLI(http, environment(hiworks, hiworks.url))).stderr).to.include(': `baseURL` must be');
  });
});

describe("The probe's terminal", () => {
  it('shows what is typed, except for a secret, and passes Ctrl-C on', async () => {
    const keyboard = Object.assign(new PassThrough(), { isTTY: true });
    const screen = new PassThrough();
    let shown = '';
    screen.on('data', (chunk) => {
      shown += chunk;
    });
    const terminal = new Terminal(keyboard, screen);
    const type = (text: string, ...question: Parameters<Terminal['ask']>) => {
      const answer = terminal.ask(...question);
      keyboard.write(text);
      return answer;
    };
    expect(await type('mine\r', 'id: ')).to.equal('mine');
    expect(await type('hush\r', 'secret: ', { hidden: true })).to.equal('hush');
    // The up key does not bring it back.
    expect(await type('\x1b[A\r', 'more: ')).to.equal('');
    expect(shown)
      .to.match(/id: .*mine.*secret: .*more: /s)
      .and.not.include('hush');

    // A terminal in raw mode sends no signal.
    const interrupted = new Promise<void>((resolve) => process.once('SIGINT', () => resolve()));
    await Promise.all([interrupted, type('\x03\r', 'id: ')]);
    terminal.close();
  });
});
