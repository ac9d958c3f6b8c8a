import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { startApplication } from './support/application.mjs';
import { Browser } from './support/browser.mjs';
import { startChild } from './support/child.mjs';
import { readPage } from './support/pages.mjs';

const build = fileURLToPath(new URL('build/', import.meta.url));

/** Each application, and the page that shows its `.env`. */
const APPLICATIONS = {
  'local-password.mjs': 'recipes/local-password.md',
  'menu-login/app.mjs': 'menu-login.md',
  'other-apis.mjs': 'recipes/other-apis.md',
  'return-to.mjs': 'recipes/return-to.md',
  'sign-out.mjs': 'recipes/sign-out.md',
  'users-table.mjs': 'recipes/users-table.md',
};
const OPTIONAL = ['HIWORKS_BASE_URL', 'HIWORKS_TOKENS_URL'];
const FILLED_IN = {
  SESSION_SECRET: 'for tests only',
  TOKEN_KEY: Buffer.alloc(32).toString('base64url'),
  HIWORKS_SSO_PATH: `/sso/${'A'.repeat(32)}`,
};

/** The `.env` of a page, as its reader would use it: only what is left empty there is filled in. */
function environmentOf(page) {
  const [, block] = /```ini\n([\s\S]*?)\n *```/.exec(readPage(page));
  const lines = [...block.matchAll(/^ *(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]);
  return Object.fromEntries(lines.map(([name, value]) => [name, value || FILLED_IN[name]]));
}

function run(file, env) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
    cwd: build,
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('The .env of the recipes', () => {
  it('has what the command for a fake Hiworks prints', async () => {
    const command = fileURLToPath(new URL('node_modules/passport-hiworks/dist/cli/main.js', import.meta.url));
    const args = [command, 'fake', '--port', '0', '--sso-url', 'http://localhost/'];
    const fake = startChild(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const [printed] = await once(fake.stdout.setEncoding('utf8'), 'data');
    fake.kill();
    const withoutPort = (text) => text.replace(/:\d+/g, '');
    for (const page of Object.values(APPLICATIONS)) {
      const fakes = Object.entries(environmentOf(page)).filter(
        ([name]) => /CLIENT|_URL$/.test(name) && name.startsWith('HIWORKS'),
      );
      for (const [name, value] of fakes) {
        expect(withoutPort(printed), page).to.include(`${name}=${withoutPort(value)}\n`);
      }
    }
  });
});

for (const [file, page] of Object.entries(APPLICATIONS)) {
  describe(`Recipe application ${file}`, () => {
    const env = environmentOf(page);
    const required = Object.keys(env).filter((name) => !OPTIONAL.includes(name));

    it(`${file} starts with the .env of its page, and with an empty line for the fake Hiworks`, async () => {
      const empty = Object.fromEntries(OPTIONAL.filter((name) => name in env).map((name) => [name, '']));
      for (const settings of [env, { ...env, ...empty, APP_URL: '' }]) {
        await (await startApplication(file, settings)).stop();
      }
    });

    it(`${file} names each variable that is missing or empty, one a line, and exits with 1`, () => {
      for (const env of [{}, Object.fromEntries(required.map((name) => [name, '']))]) {
        const { status, stderr } = run(file, env);
        expect(status).to.equal(1);
        expect(stderr.trim().split('\n')).to.have.members(
          required.map((name) => `${name} is missing or empty`),
        );
      }
    });

    it(`${file} writes one line and exits with 1 if its port is taken`, async () => {
      const other = createServer().listen(0);
      await once(other, 'listening');
      const { port } = other.address();
      const { status, stdout, stderr } = run(file, { ...env, PORT: String(port) });
      other.close();
      expect([status, stdout]).to.deep.equal([1, '']);
      expect(stderr).to.match(/^listen EADDRINUSE.*\n$/);
    });

    it(`${file} sends pages that cannot be framed, in Korean, for any screen`, async () => {
      const application = await startApplication(file, env);
      const browser = new Browser(application.url);
      const { headers, text } = await browser.arrive('/');
      expect(headers).to.include({
        'content-security-policy': "frame-ancestors 'none'",
        'referrer-policy': 'same-origin',
      });
      expect(text).to.match(/^<!doctype html><html lang="ko"><meta charset="utf-8">\n<meta name="viewport"/);
      await application.stop();
    });

    it(`${file} blocks no other request while it works, and keeps no session info through a sign-in`, () => {
      expect(readFileSync(`${build}${file}`, 'utf8')).not.to.match(/\w+Sync\(|keepSessionInfo/);
    });
  });
}
