import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { runCLI } from './support/cli.js';

const ROOT = join(__dirname, '..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

describe('passport-hiworks, the command', () => {
  const wrong: [string[], RegExp][] = [
    [[], /^passport-hiworks: a command is missing\n\nUsage: passport-hiworks COMMAND/],
    [['--port', '1'], /^passport-hiworks: a command is missing\n/],
    [['prob'], /^passport-hiworks: unknown command: prob\n\nUsage: passport-hiworks COMMAND/],
    [['prob', '--help'], /^passport-hiworks: unknown command: prob\n/],
    [['probe', 'it'], /^passport-hiworks: unknown command: probe it\n/],
  ];
  for (const [args, message] of wrong) {
    it(`explains itself, with exit code 2, for [${args}]`, async () => {
      const run = await runCLI(args);
      expect(run).to.include({ code: 2, stdout: '' });
      expect(run.stderr).to.match(message);
    });
  }

  it('has --version and --help, for itself and for each command', async () => {
    expect(await runCLI(['--version'])).to.include({ code: 0, stdout: `${version}\n`, stderr: '' });
    expect((await runCLI(['--help'])).stdout).to.match(/^Usage: passport-hiworks COMMAND/);
    for (const command of ['fake', 'probe', 'probe sso']) {
      const { code, stdout } = await runCLI([...command.split(' '), '--help']);
      expect(code).to.equal(0);
      expect(stdout).to.match(new RegExp(`^Usage: passport-hiworks ${command} \\[options\\]`));
    }
  });

  it('speaks Korean if the locale is Korean', async () => {
    const run = await runCLI(['--help'], { LC_ALL: 'ko_KR.UTF-8' });
    expect(run.stdout).to.match(/^사용법: passport-hiworks 명령/);
  });

  it('costs nothing to whoever only signs people in', async () => {
    const script =
      "require('passport-hiworks'); require('passport-hiworks/testing'); console.log(Object.keys(require.cache).join('\\n'))";
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: ROOT });
    expect(stdout)
      .to.match(/dist.strategy\.js$/m)
      .and.not.to.match(/dist.cli/);
  });
});
