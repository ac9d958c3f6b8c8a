import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import type { HiworksServer } from 'passport-hiworks/testing';
import { type Application, start } from './application.js';
import { Browser, ca, TLS_FILES, type Transport } from './browser.js';
import {
  environment,
  expectNobody,
  expectUser,
  HONG,
  LOGIN,
  STRANGER,
  signIn,
  startHiworks,
} from './login.js';
import { folder, named } from './workspace.js';

interface World {
  app: Application;
  hiworks: HiworksServer;
  browser: Browser;
  /** Where a login starts. */
  login: string;
}

/** Starts an application of `notes` for each scenario of the `describe` around, with a browser and a Hiworks. */
function withNote(
  command: string,
  {
    secure = false,
    workspace = 'notes',
    login = LOGIN,
  }: { secure?: boolean; workspace?: string; login?: string } = {},
): World {
  const world = { login } as World;
  before(async () => {
    world.hiworks = await startHiworks();
    world.app = await start(workspace, { ...environment(world.hiworks), ...TLS_FILES }, command);
    if (secure) {
      world.app.url = world.app.url.replace('http:', 'https:');
    }
    world.hiworks.register(`${world.app.url}${login}/callback`);
  });
  beforeEach(() => {
    world.browser = new Browser(world.app.url);
  });
  after(async () => {
    await world.app?.close();
    await world.hiworks?.close();
  });
  return world;
}

/** A callback that the browser has begun, as a Hiworks that returns no state sends it. */
async function withoutState({ hiworks, browser, login }: World): Promise<string> {
  const callback = new URL(await hiworks.signIn(await browser.leave(login), HONG.userNo));
  callback.searchParams.delete('state');
  return callback.href;
}

function itLogsIn(world: World): void {
  it('signs in, also after a login that was abandoned, and the user is there on the next request', async () => {
    await world.browser.leave(world.login);
    await signIn(world.hiworks, world.browser, HONG, world.login);
    await expectUser(world.browser);
    await expectNobody(new Browser(world.app.url));
  });

  it('signs in if Hiworks returns no state', async () => {
    await world.browser.read(await withoutState(world));
    await expectUser(world.browser);
  });

  it('signs in nobody by a forged callback', async () => {
    const { app, hiworks, browser, login } = world;
    await browser.leave(login);
    const forged = await hiworks.signIn(await new Browser(app.url).leave(login), HONG.userNo);
    await browser.read(forged);
    await expectNobody(browser);
  });
}

describe(`cookie-session with Passport's sessions (${named('notes', 'cookie-session', 'passport', 'express')})`, () => {
  const world = withNote('node cookie-session.mjs');
  itLogsIn(world);

  it('signs out', async () => {
    await signIn(world.hiworks, world.browser);
    await world.browser.read('/logout', 'POST');
    await expectNobody(world.browser);
  });

  it('sets no cookie for those who only look', async () => {
    expect((await world.browser.send('/')).headers).to.not.have.property('set-cookie');
  });
});

describe(`iron-session with a store that saves the session (${named('notes', 'iron-session', 'express')})`, () => {
  const world = withNote('node iron-session.mjs');
  itLogsIn(world);

  it('signs out', async () => {
    await signIn(world.hiworks, world.browser);
    await world.browser.read('/logout', 'POST');
    await expectNobody(world.browser);
  });

  it('finishes a login that another site began only by its state', async () => {
    const { hiworks, browser } = world;
    browser.headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    await browser.read(await withoutState(world));
    await expectNobody(browser);
    await signIn(hiworks, browser);
    await expectUser(browser);
  });
});

describe(`NestJS on Fastify (${named('notes', '@nestjs/platform-fastify', '@nestjs/passport', '@fastify/session')})`, () => {
  itLogsIn(withNote('node dist/fastify.js'));
});

describe(`Fastify with stored sessions (${named('notes', 'fastify', '@fastify/session', '@fastify/cookie')})`, () => {
  itLogsIn(withNote('node fastify-session.mjs'));
});

describe(`AWS Lambda (${named('notes', 'serverless-http')})`, () => {
  // The note tells its reader to put the file beside `app.mjs`.
  before(() => copyFileSync(join(folder, 'notes/lambda.mjs'), join(folder, 'express-stateless/lambda.mjs')));

  itLogsIn(withNote('node api-gateway.mjs', { secure: true }));
});

describe(`Next.js, its API routes (${named('next', 'next', 'iron-session')})`, () => {
  itLogsIn(
    withNote('APP_URL=http://localhost:$PORT npx next start --port $PORT', {
      workspace: 'next',
      login: '/api/auth/hiworks',
    }),
  );
});

describe("Nest's plain AuthGuard", () => {
  const world = withNote('node dist/plain-guard.js');

  async function refuseAt(path: string) {
    const { app, hiworks, browser } = world;
    hiworks.register(`${app.url}${LOGIN}/callback`);
    const callback = new URL(await hiworks.signIn(await browser.leave(LOGIN), STRANGER.userNo));
    const { status, text: body } = await browser.read(path + callback.search);
    return { status, body: JSON.parse(body) };
  }

  it('hides why nobody was signed in', async () => {
    const { status, body } = await refuseAt('/plain/auth/hiworks/callback');
    expect(status).to.equal(401);
    expect(body).to.deep.equal({ statusCode: 401, message: 'Unauthorized' });
  });

  it('tells it with handleRequest', async () => {
    const { status, body } = await refuseAt('/auth/hiworks/callback');
    expect(status).to.equal(403);
    expect(body.code).to.equal('office_not_allowed');
  });
});

describe('accessType with a store', () => {
  const world = withNote('node access-type.mjs');

  it('is given to both routes, and brings a refresh token', async () => {
    const { hiworks, browser } = world;
    await browser.read('/');
    await signIn(hiworks, browser);
    expect((await browser.read('/')).text).to.include('리프레시 토큰 있음');
    const [request] = hiworks.requests.filter(({ endpoint }) => endpoint === 'token');
    expect(request?.form.access_type).to.equal('offline');
  });
});

describe(`Hono over TLS (${named('hono', 'hono', '@hono/node-server')})`, () => {
  const world = withNote('node hono-https.mjs', { secure: true });

  it('signs in, and sends the https: form of the relative callbackURL', async () => {
    const { app, hiworks, browser } = world;
    const location = await browser.leave(LOGIN);
    expect(new URL(location).searchParams.get('redirect_uri')).to.equal(`${app.url}${LOGIN}/callback`);
    await browser.read(await hiworks.signIn(location, HONG.userNo));
    await expectUser(browser);
  });
});

describe(`Fastify over HTTP/2 (${named('fastify', 'fastify', '@fastify/passport')})`, () => {
  const world = withNote('node fastify-http2.mjs', { secure: true });

  it('signs in, and sends the https: form of the relative callbackURL', async () => {
    const { app, hiworks } = world;
    const session = connect(app.url, { ca });
    const http2: Transport = async (url, method, headers) => {
      const stream = session.request({ ':method': method, ':path': url.pathname + url.search, ...headers });
      const [{ ':status': status, ...received }] = await once(stream.end(), 'response');
      return { status, headers: received, text: await text(stream) };
    };
    try {
      const browser = new Browser(app.url, http2);
      const location = await browser.leave(LOGIN);
      expect(new URL(location).searchParams.get('redirect_uri')).to.equal(`${app.url}${LOGIN}/callback`);
      await browser.read(await hiworks.signIn(location, HONG.userNo));
      await expectUser(browser);
    } finally {
      session.close();
    }
  });
});
