import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { runCLI } from './support/cli.js';

const ROOT = join(__dirname, '..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

describe('passport-hiworks, the program', () => {
  const commands =
    'passport-hiworks: the command must be one of fake, probe, probe sso (--help lists their options)\n';
  for (const args of [[], ['--port', '1'], ['prob'], ['prob', '--help'], ['probe', 'it']]) {
    it(`passport-hiworks ${args.join(' ')} lists the commands, with exit code 2`, async () => {
      expect(await runCLI(args)).to.include({ code: 2, stdout: '', stderr: commands });
    });
  }

  it('--version prints the version', async () => {
    expect(await runCLI(['--version'])).to.include({ code: 0, stdout: `${version}\n`, stderr: '' });
    expect(await runCLI(['fake', '--version'])).to.include({ code: 0, stdout: `${version}\n` });
  });

  it('--help prints the usage of a command, and without a command that of all', async () => {
    const usages = await Promise.all(
      ['fake', 'probe', 'probe sso'].map(async (command) => {
        const { code, stdout } = await runCLI([...command.split(' '), '--help']);
        expect(code).to.equal(0);
        expect(stdout).to.match(new RegExp(`^\\S+: passport-hiworks ${command} \\[`));
        return stdout;
      }),
    );
    expect(await runCLI(['--help'])).to.include({ code: 0, stdout: usages.join('\n'), stderr: '' });
  });

  it('an error is in Korean if the locale is Korean', async () => {
    const { stderr } = await runCLI(['prob'], { LC_ALL: 'ko_KR.UTF-8' });
    expect(stderr).to.match(/^passport-hiworks: 명령은 fake, probe, probe sso 중 하나여야 합니다/);
  });

  it('the commands are not loaded by an application that requires the package', async () => {
    const script =
      "require('passport-hiworks'); require('passport-hiworks/testing'); console.log(Object.keys(require.cache).join('\\n'))";
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: ROOT });
    expect(stdout)
      .to.match(/dist.strategy\.js$/m)
      .and.not.to.match(/dist.cli/);
  });
});
