import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

const run = promisify(execFile);
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const read = (name) => readFileSync(path(`../../${name}`), 'utf8');
const helper = read('examples/recipes/testing/application.mjs');
const test = read('examples/recipes/testing/login.test.mjs');
const app = read('examples/start/app.mjs');

/** The rows of the page's table: a runner, the line that imports from it, and its command. */
function runners(page) {
  return [...read(page).matchAll(/^\| (\S+) \| `(import .*;)` \| `(.*) login\.test\.mjs` \|$/gm)].map(
    ([, name, line, command]) => ({ name, line, command }),
  );
}

/** Replaces a text that must be there. */
function change(source, from, to) {
  expect(source).to.include(from);
  return source.replaceAll(from, to);
}

describe('Recipe: a test of the login', () => {
  let project;
  let other;

  before(async () => {
    other = createServer((_request, response) => response.end()).listen(0, 'localhost');
    await once(other, 'listening');
    project = mkdtempSync(path('build/project-'));
    write('package.json', '{ "type": "module" }');
    write('.mocharc.json', '{}'); // or mocha would find this repository's
    symlinkSync(path('../tools/node_modules'), join(project, 'node_modules'));
  });
  after(() => {
    other.close();
    rmSync(project, { recursive: true });
  });

  function write(name, content) {
    writeFileSync(join(project, name), content);
  }

  /** Writes the recipe under another name, with what is changed. Returns the name of its test. */
  function variant(name, line, changed) {
    const sources = { app, helper, test, ...changed };
    write(`${name}.mjs`, sources.app);
    write(`${name}.application.mjs`, change(sources.helper, 'app.mjs', `${name}.mjs`));
    const imports = change(sources.test, './application.mjs', `./${name}.application.mjs`);
    write(
      `${name}.test.mjs`,
      change(imports, "import { after, before, describe, test } from 'node:test';", line),
    );
    return `${name}.test.mjs`;
  }

  /** Runs a command of the page, with these tests in place of its own. An application left over would keep its output open. */
  async function execute(command, tests) {
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, CI: 'true', NO_COLOR: '1' };
    const options = { cwd: project, env, timeout: 60_000 };
    const {
      code = 0,
      stdout,
      stderr,
    } = await run('sh', ['-c', `${command} ${tests.join(' ')}`], options).catch((error) => error);
    return { code, output: `${stdout}${stderr}` };
  }

  for (const { name, line, command } of runners('docs/recipes/testing.md')) {
    it(`the test passes under ${name}, with a silent application and a forgotten stop() as well`, async () => {
      const { code, output } = await execute(command, [
        variant('login', line, {}),
        variant('silent', line, { app: change(app, 'console.log', 'String') }),
        variant('unstopped', line, { test: change(test, 'after(() => application?.stop());', '') }),
      ]);
      expect(output).to.match(/\b(pass 6|6 pass)/);
      expect(code).to.equal(0);
    });

    it(`the test says under ${name} why an application does not start or a login fails`, async () => {
      const { port } = other.address();
      const outage = "application.hiworks.fail('token', { code: 'ERR', msg: '점검 중' });";
      const { code, output } = await execute(command, [
        variant('syntax', line, { app: 'const = 1;' }),
        variant('variable', line, { helper: helper.replace(/ +SESSION_SECRET: .*\n/, '') }),
        variant('port', line, { helper: helper.replace(/const port = .*/, `const port = ${port};`) }),
        variant('deaf', line, {
          app: 'setInterval(() => 0, 1000)',
          helper: change(helper, '10_000', '1_000'),
        }),
        variant('start', line, { app: change(app, "'/auth/hiworks',", "'/auth',") }),
        variant('login-refused', line, {
          test: change(test, '    assert', `    ${outage}\n    assert`),
        }),
      ]);
      expect(code).to.be.above(0);
      expect(output)
        .to.match(/SyntaxError/)
        .and.match(/exited with code 1: see its output above/);
      expect(output).to.include('SESSION_SECRET');
      expect(output).to.include(`Port ${port} is in use.`);
      expect(output).to.match(/does not respond at http:\/\/localhost:\d+: see its output above/);
      expect(output).to.include('expected 302 "Found", got 404 "Not Found"');
      expect(output).to.include('점검 중');
    });
  }

  it('the page names four runners, in both languages', () => {
    expect(runners('docs/recipes/testing.md').map(({ name }) => name)).to.deep.equal([
      'node:test',
      'Mocha',
      'Jest',
      'Vitest',
    ]);
    expect(runners('docs/recipes/testing.ko.md')).to.deep.equal(runners('docs/recipes/testing.md'));
  });
});
