import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { createHiworksServer } from 'passport-hiworks/testing';
import request from 'supertest';

const port = 20_000 + (process.pid % 10_000); // not that of the application you are developing
const url = `http://localhost:${port}`;

/** Starts a fake Hiworks, and the application as a process of its own. */
export async function startApplication() {
  if (await responds()) {
    throw new Error(`Port ${port} is in use.`);
  }
  const hiworks = await createHiworksServer();
  const env = {
    ...process.env,
    NODE_ENV: 'development', // with `test`, Express does not print errors
    PORT: port,
    APP_URL: url,
    HIWORKS_CLIENT_ID: hiworks.options.clientID,
    HIWORKS_CLIENT_SECRET: hiworks.options.clientSecret,
    HIWORKS_BASE_URL: hiworks.options.baseURL,
    HIWORKS_OFFICE_NO: '123123',
    SESSION_SECRET: 'only-for-tests-0123456789abcdefghijk',
  };
  // Ends with the tests, even if stop() is forgotten or the test runner is killed.
  const endsWithTests = 'data:text/javascript,process.on("disconnect",()=>process.exit())';
  const application = spawn(process.execPath, ['--import', endsWithTests, 'app.mjs'], {
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(application, 'exit');
  application.unref();
  application.channel.unref();

  const deadline = Date.now() + 10_000;
  while (!(await responds())) {
    if (application.exitCode !== null) {
      throw new Error(`The application exited with code ${application.exitCode}: see its output above.`);
    }
    if (Date.now() > deadline) {
      application.kill();
      throw new Error(`The application does not respond at ${url}: see its output above.`);
    }
    await setTimeout(50);
  }

  return {
    hiworks,

    /** Signs in as a browser does, and resolves with the page that it ends on. */
    async signIn(userNo) {
      const browser = request.agent(url); // keeps cookies
      const start = await browser.get('/auth/hiworks').expect(302);
      const callback = await hiworks.signIn(start.headers.location, userNo);
      const page = await browser.get(callback.replace(url, '')).redirects(2);
      return page.text;
    },

    async stop() {
      application.ref();
      application.kill();
      await exited;
      await hiworks.close();
    },
  };
}

async function responds() {
  const page = request(url).get('/');
  return page.timeout(1000).then(
    () => true,
    () => false,
  );
}
