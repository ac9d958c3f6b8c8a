import { execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import { block, blocks, root, text } from './support/pages.js';
import { Visitor } from './support/visitor.js';

const run = promisify(execFile);
// Below the package, so that its own name and those of its dependencies resolve.
const folder = join(root, 'build', 'readme');

const users = [
  { userNo: '1234567', officeNo: '123123', userId: 'hong', name: '<b>홍길동</b>' },
  { userNo: '1234568', officeNo: '456456', userId: 'lee', name: '이준호' },
];

/** The lines of a README in an application that is there already. */
function existingApplication(readme: string): string {
  const [imports, ...rest] = block(readme, "app.get(['/auth/hiworks'").split('\n\n');
  return `
import express from 'express';
${imports}
const app = express();
${rest.join('\n\n')}
${block(readme, "app.get('/login'")}
${block(readme, "app.post('/logout'")}
app.get('/', (req, res) => res.send(req.user ? \`signed in: \${req.user.id}\` : 'not signed in'));
app.listen(process.env.PORT, (error) => {
  if (error) throw error;
  console.log('listening');
});
`;
}

const whole = 'app.mjs';
const applications: Record<string, string> = {
  'lines.mjs': existingApplication('README.md'),
  'lines.ko.mjs': existingApplication('README.ko.md'),
  [whole]: text('examples/start/app.mjs'),
};

/** The environment of the README, with the address of this fake Hiworks. */
function environmentFor(hiworks: HiworksServer): Record<string, string> {
  const { clientID, clientSecret, baseURL } = hiworks.options;
  return {
    PATH: process.env.PATH ?? '',
    HIWORKS_CLIENT_ID: clientID,
    HIWORKS_CLIENT_SECRET: clientSecret,
    HIWORKS_BASE_URL: baseURL,
    HIWORKS_OFFICE_NO: '123123',
    SESSION_SECRET: 'for this test',
  };
}

/** A port to try. It may be taken, so that whoever uses it has to be ready to try another. */
function somePort(): number {
  return randomInt(20_000, 32_000);
}

/** Starts an application, and resolves once it listens. */
async function start(file: string, hiworks: HiworksServer) {
  const port = somePort();
  const env = { ...environmentFor(hiworks), PORT: String(port) };
  const child = spawn(process.execPath, [file], { cwd: folder, env });
  let log = '';
  child.stderr.on('data', (data) => {
    log += data;
  });
  const ended = once(child, 'close').then(() => true);
  if (await Promise.race([ended, once(child.stdout, 'data').then(() => false)])) {
    if (log.includes('EADDRINUSE')) {
      return start(file, hiworks);
    }
    throw new Error(log);
  }
  const url = `http://localhost:${port}`;
  hiworks.register(`${url}/auth/hiworks/callback`);
  return {
    url,
    /** What it has logged so far; forgotten then. */
    log() {
      const logged = log;
      log = '';
      return logged;
    },
    async stop() {
      child.kill();
      await ended;
    },
  };
}

/** Runs a program to its end. */
async function runNode(args: string[], env: Record<string, string>) {
  const result = await run(process.execPath, args, { cwd: folder, env }).catch((error) => error);
  return { code: result.code ?? 0, output: `${result.stdout}${result.stderr}` };
}

/** Occupies a port as long as `action` takes. */
async function withPortTaken<T>(action: (port: number) => Promise<T>): Promise<T> {
  const other = createServer().listen(0);
  await once(other, 'listening');
  try {
    return await action((other.address() as AddressInfo).port);
  } finally {
    other.close();
  }
}

before(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, code] of Object.entries(applications)) {
    writeFileSync(join(folder, file), code);
  }
});

for (const [file, name] of [
  ['lines.mjs', 'an application with the lines of README.md'],
  ['lines.ko.mjs', 'an application with the lines of README.ko.md'],
  [whole, 'the whole application of the reference'],
] as const) {
  describe(name, function () {
    this.timeout(60_000);
    let hiworks: HiworksServer;
    let app: Awaited<ReturnType<typeof start>>;
    let employee: Visitor;

    before(async () => {
      hiworks = await createHiworksServer({ users });
      app = await start(file, hiworks);
    });

    beforeEach(() => {
      app.log();
      employee = new Visitor(app.url);
    });

    after(async () => {
      await app?.stop();
      await hiworks?.close();
    });

    /** Signs in at Hiworks, and resolves with the callback URL. */
    async function signIn(userNo: string): Promise<string> {
      const { location } = await employee.get('/auth/hiworks');
      return hiworks.signIn(location as string, userNo);
    }

    /** Requests a callback, and resolves with where it redirects to and with the page there. */
    async function arrive(callback: string): Promise<{ path: string; body: string }> {
      const { location = '' } = await employee.get(callback);
      const { body } = await employee.get(location);
      return { path: location.replace(app.url, ''), body };
    }

    it(`signs an employee in: ${name}`, async () => {
      const { path, body } = await arrive(await signIn('1234567'));
      expect(path).to.equal('/');
      expect(body).to.match(/signed in: 1234567|&#60;b&#62;홍길동&#60;\/b&#62; 님/);
      expect(app.log()).to.equal('');
    });

    it(`logs and shows why a user of another company is refused: ${name}`, async () => {
      const { path, body } = await arrive(await signIn('1234568'));
      expect(path).to.equal('/login?reason=office_not_allowed');
      expect(body).to.include('회사').and.include('href="/auth/hiworks">하이웍스로 로그인<');
      expect(app.log()).to.include('456456');
      expect((await employee.get('/login')).body).not.to.include('회사');
    });

    it(`shows that the user cancelled: ${name}`, async () => {
      const { location } = await employee.get('/auth/hiworks');
      const { path, body } = await arrive(await hiworks.refuse(location as string));
      expect(path).to.equal('/login?reason=access_denied');
      expect(body).to.include('취소');
    });

    it(`logs and shows a lost cookie: ${name}`, async () => {
      const callback = await signIn('1234567');
      employee = new Visitor(app.url);
      const { path, body } = await arrive(callback);
      expect(path).to.equal('/login?reason=no_pending_login');
      expect(body).to.include('쿠키');
      expect(app.log()).to.include('cookie');
    });

    it(`logs Hiworks' message of a refused code, and does not show it: ${name}`, async () => {
      const callback = await signIn('1234567');
      hiworks.fail('token', { code: 'ERR', msg: '점검 중' });
      const { path, body } = await arrive(callback);
      expect(path).to.equal('/login?reason=ERR');
      expect(body).to.include('거부').and.not.include('점검');
      expect(app.log()).to.include('점검 중');
    });

    it(`logs the names of unknown parameters of a callback instead of redirecting for ever: ${name}`, async () => {
      await employee.get('/auth/hiworks');
      const { path, body } = await arrive(`${app.url}/auth/hiworks/callback?result=fail&error_no=901`);
      expect(path).to.equal('/login?reason=server_error');
      expect(body).to.include('하이웍스에서 오류가 발생');
      expect(app.log()).to.include('result, error_no');
    });

    it(`goes on at a stale callback if the user is signed in: ${name}`, async () => {
      const callback = await signIn('1234567');
      await arrive(callback);
      const { path, body } = await arrive(callback);
      expect(path).to.equal('/');
      expect(body).to.match(/signed in|님/);
    });

    it(`logs a login that a script tried to start: ${name}`, async () => {
      const headers = { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' };
      const response = await fetch(`${app.url}/auth/hiworks`, { headers, redirect: 'manual' });
      expect(response.headers.get('location')).to.equal('/login?reason=not_a_navigation');
      expect(app.log()).not.to.equal('');
    });

    it(`leaves a prefetch to be repeated at the click: ${name}`, async () => {
      const headers = { 'sec-purpose': 'prefetch' };
      const { status } = await fetch(`${app.url}/auth/hiworks`, { headers, redirect: 'manual' });
      expect(status).to.equal(503);
    });

    it(`shows no text of a URL: ${name}`, async () => {
      for (const query of ['reason=%3Cscript%3E', 'reason=constructor', 'reason=a&reason=b']) {
        const { status, body } = await employee.get(`/login?${query}`);
        expect(status).to.equal(200);
        expect(body).to.include('로그인하지 못했습니다').and.not.include('script');
      }
    });

    it(`signs out: ${name}`, async () => {
      await arrive(await signIn('1234567'));
      const { location } = await employee.post('/logout');
      expect(location).to.equal(`${app.url}/login`);
      expect((await employee.get('/')).body).not.to.match(/홍길동|: 1234567/);
    });

    it(`gives its session cookie a name of its own: ${name}`, async () => {
      await employee.get('/auth/hiworks');
      expect(employee.cookie('tool.sid')).to.be.a('string');
      expect(employee.cookie('connect.sid')).to.equal(undefined);
    });

    it(`redirects the curl command of the README to Hiworks: ${name}`, async () => {
      const curl = block('README.md', 'curl').match(/curl -i http:\/\/localhost:3000(\S+)/)?.[1];
      const { status, location } = await employee.get(curl as string);
      expect(status).to.equal(302);
      expect(location).to.match(/^http:\/\/127\.0\.0\.1:\d+\/open\/auth\/authform\?/);
    });

    if (file === whole) {
      it('sends a viewport, and headers against framing and Referer leaks: the whole application', async () => {
        const { headers, body } = await employee.get('/login');
        expect(headers.get('content-security-policy')).to.equal("frame-ancestors 'none'");
        expect(headers.get('referrer-policy')).to.equal('same-origin');
        expect(body).to.include('<meta name="viewport"');
      });
    }
  });
}

describe('the whole application, if it cannot start,', function () {
  this.timeout(60_000);
  let hiworks: HiworksServer;
  let env: Record<string, string>;

  before(async () => {
    hiworks = await createHiworksServer({ users });
    env = environmentFor(hiworks);
  });

  after(() => hiworks.close());

  it('prints one line for each variable that is missing or empty, and exits with 1', async () => {
    const { HIWORKS_OFFICE_NO: _office, ...rest } = env;
    expect(await runNode([whole], { ...rest, SESSION_SECRET: '' })).to.deep.equal({
      code: 1,
      output: 'HIWORKS_OFFICE_NO is missing or empty\nSESSION_SECRET is missing or empty\n',
    });
  });

  it('prints one line for a port in use, and exits with 1', async () => {
    await withPortTaken(async (port) => {
      const { code, output } = await runNode([whole], { ...env, PORT: String(port) });
      expect(code).to.equal(1);
      expect(output).to.match(/^listen EADDRINUSE: address already in use [:\d.]+\n$/);
    });
  });

  it('names a wrong office number, and exits with 1', async () => {
    const { code, output } = await runNode([whole], { ...env, HIWORKS_OFFICE_NO: '123123,456456' });
    expect(code).to.equal(1);
    expect(output).to.include('allowedOffices').and.include('123123,456456');
  });
});

describe("the README's test", function () {
  this.timeout(60_000);
  const code = block('README.md', "from 'node:test'");
  const command = block('README.md', 'node --test').trim().split(' ').slice(1);

  /** Runs it on a free port, with its text changed by `change`, or another application. */
  async function runTest(
    change = (source: string) => source,
    application = text('examples/start/app.mjs'),
    args = command,
  ) {
    const place = mkdtempSync(join(folder, 'test-'));
    writeFileSync(join(place, 'app.mjs'), application);
    writeFileSync(join(place, 'app.test.mjs'), change(code).replaceAll('3456', String(somePort())));
    const env = { PATH: process.env.PATH ?? '' };
    const result = await run(process.execPath, [...args, '--test-reporter=tap'], {
      cwd: place,
      env,
    }).catch((error) => error);
    return `${result.stdout}${result.stderr}`;
  }

  it('passes with the whole application', async () => {
    let output: string;
    do {
      output = await runTest();
    } while (output.includes('EADDRINUSE'));
    expect(output)
      .to.match(/^# pass 1$/m)
      .and.match(/^# fail 0$/m);
  });

  it('shows why a login failed', async () => {
    let output: string;
    do {
      output = await runTest((source) => source.replace("OFFICE_NO: '123123'", "OFFICE_NO: '456456'"));
    } while (output.includes('EADDRINUSE'));
    expect(output)
      .to.match(/^# fail 1$/m)
      .and.include('/login?reason=office_not_allowed');
  });

  it('shows why the application does not start: a missing variable', async () => {
    const output = await runTest((source) => source.replace("SESSION_SECRET: 'for tests only',\n", ''));
    expect(output)
      .to.match(/^# fail 1$/m)
      .and.include('SESSION_SECRET is missing or empty');
  });

  it('shows why the application does not start: a syntax error', async () => {
    const output = await runTest(undefined, 'export const server = ;');
    expect(output)
      .to.match(/^# fail 1$/m)
      .and.include('SyntaxError');
  });

  it('shows why the application does not start: a port in use', async () => {
    await withPortTaken(async (port) => {
      const output = await runTest((source) => source.replaceAll('3456', String(port)));
      expect(output)
        .to.match(/^# fail 1$/m)
        .and.include('EADDRINUSE');
    });
  });

  it('ends in time if the application does not respond', async () => {
    const silent =
      "import { createServer } from 'node:http'; export const server = createServer(() => {}).listen(process.env.PORT);";
    const impatient = command.map((arg) => arg.replace(/\d+$/, '1000'));
    const output = await runTest(undefined, silent, impatient);
    expect(output).to.match(/^# (cancelled|fail) 1$/m);
  });
});

describe("the README's environment", function () {
  this.timeout(60_000);

  it('begins with the lines that `npx passport-hiworks fake` prints', async () => {
    const command = join(root, JSON.parse(text('package.json')).bin['passport-hiworks']);
    const fake = spawn(process.execPath, [command, 'fake', '--port', '0'], { stdio: 'pipe' });
    const [printed] = await once(fake.stdout, 'data');
    fake.kill('SIGINT');
    await once(fake, 'exit');
    for (const readme of ['README.md', 'README.ko.md']) {
      const [environment] = blocks(readme, 'ini');
      expect(environment?.code).to.match(/^HIWORKS_BASE_URL=http:\/\/127\.0\.0\.1:4000$/m);
      expect(environment?.code.replace(/:4000$/m, '')).to.include(String(printed).replace(/:\d+$/m, ''));
    }
  });

  it('has what both applications need', () => {
    const [environment] = blocks('README.md', 'ini');
    const names = [...(environment?.code ?? '').matchAll(/^(\w+)=./gm)].map(([, name]) => name as string);
    for (const application of Object.values(applications)) {
      for (const name of names) {
        expect(application).to.include(name);
      }
      const read = application.match(/(?<=process\.env\.)(?!PORT|APP_URL)\w+/g);
      expect(names).to.include.members(read as string[]);
    }
  });
});
