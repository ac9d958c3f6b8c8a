import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { UsageError } from '../dist/cli/command.js';
import { fake } from '../dist/cli/fake/command.js';
import { CLI, runCLI } from './support/cli.js';
import { rejection, send } from './support/testing.js';

const ROOT = join(__dirname, '..');
const CALLBACK = 'http://localhost:3000/auth/hiworks/callback';
const SSO_URL = 'http://localhost:3000/sso/unguessable-0123456789abcdef';

describe('passport-hiworks fake', () => {
  const processes: ChildProcess[] = [];
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'passport-hiworks-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function usersFile(content: string | Buffer): string {
    const file = join(folder, 'users.json');
    writeFileSync(file, content);
    return file;
  }

  afterEach(() => {
    for (const child of processes.splice(0)) {
      child.kill('SIGKILL');
    }
  });

  /** A running fake: what it has printed so far, and its environment lines as they would be pasted. */
  async function start(...options: string[]) {
    const args = [CLI, 'fake', '--port', '0', ...options];
    const child = spawn(process.execPath, args, { env: { ...process.env, LC_ALL: 'en_US.UTF-8' } });
    processes.push(child);
    const running = { child, stdout: '', stderr: '', env: {} as Record<string, string> };
    child.stderr.setEncoding('utf8').on('data', (text) => {
      running.stderr += text;
    });
    [running.stdout] = await once(child.stdout.setEncoding('utf8'), 'data');
    running.env = Object.fromEntries(
      running.stdout.split('\n').map((line) => line.split(/=(.*)/).slice(0, 2)),
    );
    return running;
  }

  async function lines(running: { child: ChildProcess; stderr: string }): Promise<string[]> {
    running.child.kill('SIGINT');
    await once(running.child, 'close');
    return running.stderr.split('\n').filter((line) => line.includes('→'));
  }

  const authorizationURL = (env: Record<string, string>, more: Record<string, string> = {}) =>
    `${env.HIWORKS_BASE_URL}/open/auth/authform?${new URLSearchParams({
      client_id: env.HIWORKS_CLIENT_ID ?? '',
      access_type: 'online',
      ...more,
    })}`;

  function post(url: string, fields: Record<string, string>) {
    return fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  }

  /** Signs in as an application and its browser do, and reads the profile. */
  async function signIn(env: Record<string, string>, more: Record<string, string>) {
    const query = { client_id: 'fake.open.apps', access_type: 'online', ...more };
    await fetch(authorizationURL(env, more));
    const chosen = await post(`${env.HIWORKS_BASE_URL}/open/auth/signin`, { ...query, user_no: '1234567' });
    const callback = new URL(chosen.headers.get('location') ?? '');
    const auth_code = callback.searchParams.get('auth_code') ?? '';
    const client = { client_id: 'fake.open.apps', client_secret: env.HIWORKS_CLIENT_SECRET ?? '' };
    const exchange = { ...client, grant_type: 'authorization_code', auth_code, access_type: 'online' };
    const response = await post(`${env.HIWORKS_BASE_URL}/open/auth/accesstoken`, exchange);
    const { access_token } = ((await response.json()) as { data: { access_token: string } }).data;
    await fetch(`${env.HIWORKS_BASE_URL}/user/v2/me`, {
      headers: { authorization: `Bearer ${access_token}` },
    });
    return { exchange, auth_code, access_token };
  }

  it('the fake prints exactly the lines to paste on stdout, the same each time but for the port', async () => {
    const { stdout } = await start();
    expect(stdout.replace(/:\d+/, ':PORT')).to.equal(
      'HIWORKS_CLIENT_ID=fake.open.apps\nHIWORKS_CLIENT_SECRET=not-a-secret\nHIWORKS_BASE_URL=http://127.0.0.1:PORT\n',
    );
  });

  it('the fake prints its address and its users on stderr', async () => {
    const running = await start();
    expect(running.stderr).to.contain(
      `The fake Hiworks is running at ${running.env.HIWORKS_BASE_URL} (Ctrl-C to stop).`,
    );
    expect(running.stderr).to.match(/^ {2}1234567 {2}123123 {2}hong {2}홍길동$/m);
  });

  it('the fake prints each request of a login on a line without secrets, codes, tokens and state', async () => {
    const running = await start('--echo-state');
    const { HIWORKS_BASE_URL: baseURL, HIWORKS_CLIENT_SECRET } = running.env;
    const { exchange, auth_code, access_token } = await signIn(running.env, {
      state: 's-1',
      redirect_uri: CALLBACK,
    });
    await post(`${baseURL}/open/auth/accesstoken`, exchange);
    const printed = await lines(running);
    expect(printed).to.deep.equal([
      `GET /open/auth/authform ?client_id=fake.open.apps ?access_type=online ?state=*** ?redirect_uri=${CALLBACK} → 200`,
      `POST /open/auth/signin client_id=fake.open.apps access_type=online state=*** redirect_uri=${CALLBACK} user_no=1234567 → 302 ${CALLBACK} ?state=*** ?auth_code=***`,
      'POST /open/auth/accesstoken client_id=fake.open.apps client_secret=*** grant_type=authorization_code auth_code=*** access_type=online → 200 SUC',
      'GET /user/v2/me Authorization: *** → 200',
      'POST /open/auth/accesstoken client_id=fake.open.apps client_secret=*** grant_type=authorization_code auth_code=*** access_type=online → 200 ERR 값이 올바르지 않습니다: auth_code',
    ]);
    for (const secret of [auth_code, access_token, HIWORKS_CLIENT_SECRET, 's-1']) {
      expect(printed.join('\n')).not.to.contain(secret);
    }
  });

  for (const page of ['docs/fake.md', 'docs/fake.ko.md']) {
    it(`the fake prints what ${page} shows, and takes the options that it names`, async () => {
      const text = readFileSync(join(ROOT, page), 'utf8');
      const [, environment] = /```ini\n(.*?)```/s.exec(text) ?? [];
      const [, log] = /```text\n(.*?)```/s.exec(text) ?? [];
      const [, command = ''] = /command: npx --yes passport-hiworks fake (.*)$/m.exec(text) ?? [];
      const [, users = ''] = /```json\n(.*?)```/s.exec(text) ?? [];
      expect((await start('--users', usersFile(users))).stderr).to.contain(
        '\n  1000002  456456  admin  장영실\n',
      );
      const running = await start(...command.split(' '), '--callback-url', CALLBACK);
      expect(running.stdout).to.equal(
        environment?.replace('4000', new URL(running.env.HIWORKS_BASE_URL ?? '').port),
      );
      await signIn(running.env, { state: 's-1' });
      expect(`${(await lines(running)).join('\n')}\n`).to.equal(log);
      const { stdout } = await runCLI(['fake', '--help']);
      const options = (from: string) => new Set(from.match(/--[a-z-]+/g));
      expect([...options(stdout)].filter((option) => !options(text).has(option))).to.be.empty;
    });
  }

  it('the fake has a menu with --sso-url, whose token appears in no line', async () => {
    const running = await start('--sso-url', SSO_URL);
    const { HIWORKS_BASE_URL: baseURL, HIWORKS_TOKENS_URL: tokensURL } = running.env;
    expect(tokensURL).to.equal(`${baseURL}/v4/tokens`);
    const clicked = await post(`${baseURL}/menu`, { user_no: '1234567' });
    const token = new URL(clicked.headers.get('location') ?? '').searchParams.get('token') ?? '';
    await fetch(`${tokensURL}/${token}`);
    await fetch(`${tokensURL}/short`);
    await fetch(`${baseURL}/v4/token/${token}?${token}`);
    const printed = await lines(running);
    expect(printed).to.deep.equal([
      'POST /menu user_no=1234567 → 302 http://localhost:3000/sso/*** ?token=***',
      'GET /v4/tokens/*** → 200',
      'GET /v4/tokens/*** → 400 유효하지 않은 token입니다.',
      'GET /v4/token/*** ?***=*** → 404 주소를 확인해 주세요.',
    ]);
  });

  it('the fake refuses another redirect_uri than the registered one, and says how to register it', async () => {
    for (const options of [['--callback-url', CALLBACK], []]) {
      const running = await start(...options);
      await signIn(running.env, { redirect_uri: CALLBACK });
      const response = await fetch(authorizationURL(running.env, { redirect_uri: 'http://localhost:4000/' }));
      expect(response.status).to.equal(400);
      expect(await response.text()).to.include('<p>npx passport-hiworks fake --callback-url 주소</p>');
      expect((await lines(running)).at(-1)).to.match(/ → 400 redirect_uri가 등록된 콜백 URL과 다릅니다\./);
    }
  });

  it('the page of the fake says what to do next, in terms of the command', async () => {
    const { env } = await start();
    const response = await fetch(env.HIWORKS_BASE_URL ?? '');
    expect(response.status).to.equal(200);
    expect(await response.text())
      .to.include('하이웍스 로그인 버튼을 누르세요')
      .and.include('<p>npx passport-hiworks fake --sso-url 주소</p>');
  });

  it('the fake refuses requests with another Host unless it is open to other machines', async () => {
    const refused = async (...options: string[]) => {
      const running = await start(...options);
      const { status } = await send(running.env.HIWORKS_BASE_URL ?? '', {
        headers: { host: 'evil.example' },
      });
      return [status, ...(await lines(running))].join();
    };
    expect(await refused()).to.match(/^421,GET \/ → 421 이 이름으로는 접속할 수 없습니다\./);
    expect(await refused('--host', '0.0.0.0')).to.equal('200,GET / → 200');
  });

  it('--users gives the fake its users, from a UTF-8 file with or without a byte order mark', async () => {
    const users = JSON.stringify([{ userNo: '7', officeNo: '8', userId: 'lee', name: '이순신' }]);
    for (const content of [users, `\uFEFF${users}`]) {
      const running = await start('--users', usersFile(content));
      expect(running.stderr).to.match(/\n {2}7 {2}8 {2}lee {2}이순신\n$/);
    }
  });

  const name = { userNo: '7', officeNo: '8', userId: 'lee' };
  const wrongFiles: [string, string | Buffer, RegExp][] = [
    ['not JSON', '[{', /^--users: .*JSON/],
    ['not UTF-8', Buffer.from([0x5b, 0x22, 0xb1, 0xe8, 0x22, 0x5d]), /^--users: .*utf-8/],
    ['not an array', '{}', /^--users must be a non-empty array of objects$/],
    ['of a user without a name', JSON.stringify([name]), /^--users\[0\]: name must be a non-empty string$/],
  ];
  for (const [kind, content, message] of wrongFiles) {
    it(`--users with a file that is ${kind} is a usage error`, async () => {
      const error = await rejection(fake.run(['--users', usersFile(content)]));
      expect(error).to.be.an.instanceOf(UsageError);
      expect(error.message).to.match(message);
    });
  }

  it('--users with a missing file is a usage error, with exit code 2', async () => {
    const run = await runCLI(['fake', '--users', 'no-such-file.json']);
    expect(run).to.include({ code: 2, stdout: '' });
    expect(run.stderr).to.match(
      /^passport-hiworks: --users: ENOENT.*no-such-file\.json'\n\nUsage: passport-hiworks fake/,
    );
  });

  it('the fake prints one line for one request, control characters or not', async () => {
    const running = await start();
    await fetch(`${running.env.HIWORKS_BASE_URL}/open/auth/authform?a%0Ab=1&error=%1b%5b2J%0A`);
    expect(await lines(running)).to.deep.equal([
      'GET /open/auth/authform ?a b=*** ?error= [2J → 400 필수 항목이 없습니다: client_id',
    ]);
  });

  // Elsewhere, 127.0.0.2 is not an address of this machine.
  const itOnLinux = process.platform === 'linux' ? it : () => undefined;
  itOnLinux(
    'the fake listens on 127.0.0.1 only, and with --host 0.0.0.0 on every address, as a container needs it',
    async () => {
      const reached = async (...options: string[]) => {
        const { port } = new URL((await start(...options)).env.HIWORKS_BASE_URL ?? '');
        const socket = connect(Number(port), '127.0.0.2');
        const outcome = await once(socket, 'connect').then(
          () => 'reached',
          ({ code }) => code,
        );
        socket.destroy();
        return outcome;
      };
      expect(await reached()).to.equal('ECONNREFUSED');
      expect(await reached('--host', '0.0.0.0')).to.equal('reached');
    },
  );

  it('the fake says in one line that the port is in use, with exit code 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const run = await runCLI(['fake', '--port', String(port)]);
    other.close();
    expect(run).to.include({ code: 1, stdout: '' });
    expect(run.stderr).to.equal(
      `passport-hiworks: port ${port} is not available (EADDRINUSE); choose another with --port\n`,
    );
  });

  it('the fake ends with 130 after Ctrl-C', async () => {
    const { child } = await start();
    child.kill('SIGINT');
    expect(await once(child, 'close')).to.deep.equal([130, null]);
  });

  const wrong: [string[], RegExp][] = [
    [['--port', '65536'], /^--port must be an integer from 0 to 65535$/],
    [['--port', '4e3'], /^--port must be/],
    [['--port', ''], /^--port must be/],
    [['--host', 'localhost'], /--host must be 127\.0\.0\.1 or 0\.0\.0\.0/],
    [['--callback-url', '/callback'], /^--callback-url must be an absolute http: or https: URL/],
    [['--sso-url', 'ftp://localhost/'], /^--sso-url must be an absolute http: or https: URL/],
    [['--echo'], /^Unknown option '--echo'$/],
    [['--echo-state', 'yes'], /Unexpected argument 'yes'/],
  ];
  for (const [args, message] of wrong) {
    it(`the fake does not take ${args.join(' ')}`, async () => {
      const error = await rejection(fake.run(args));
      expect(error).to.be.an.instanceOf(UsageError);
      expect(error.message).to.match(message);
    });
  }

  it('the fake speaks Korean if the locale is Korean', async () => {
    const env = { LC_ALL: 'ko_KR.UTF-8' };
    expect((await runCLI(['fake', '--help'], env)).stdout).to.match(/^사용법: passport-hiworks fake/);
    expect((await runCLI(['fake', '--host', 'localhost'], env)).stderr).to.match(
      /^passport-hiworks: 옵션이 올바르지 않습니다: --host must be .*\n\n사용법: /,
    );
  });
});
