import { once } from 'node:events';
import { connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { visitorMessage } from 'passport-hiworks';
import type { HiworksServer } from 'passport-hiworks/testing';
import { type Application, runToEnd } from './application.js';
import { Browser, ca, TLS_FILES, type Transport } from './browser.js';
import {
  callbackOf,
  expectNoUser,
  expectUser,
  HONG,
  KIM,
  LOGIN,
  STRANGER,
  signIn,
  startHiworks,
  startWith,
  withoutState,
} from './login.js';
import { named } from './workspace.js';

interface World {
  app: Application;
  hiworks: HiworksServer;
  browser: Browser;
}

/** Starts an application for the tests of the `describe` around, with a Hiworks, and a browser for each. */
function withApplication(command: string, workspace = 'notes', more: Record<string, string> = {}): World {
  const world = {} as World;
  before(async () => {
    world.hiworks = await startHiworks();
    world.app = await startWith(world.hiworks, workspace, command, { ...TLS_FILES, ...more });
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

function itLogsIn(world: World): void {
  it('signs in, also after a login that was abandoned, and the user is there on the next request', async () => {
    await world.browser.leave(LOGIN);
    await signIn(world.hiworks, world.browser);
    await expectUser(world.browser);
    await expectNoUser(new Browser(world.app.url));
  });

  it('starts a login with the absolute callbackURL, in a redirect that is not cached', async () => {
    const { headers } = await world.browser.send(LOGIN);
    const { searchParams } = new URL(headers.location as string);
    expect(searchParams.get('redirect_uri')).to.equal(`${world.app.url}${LOGIN}/callback`);
    expect(headers['cache-control']).to.equal('no-store');
  });

  it('signs in if Hiworks returns no state', async () => {
    await world.browser.read(withoutState(await callbackOf(world.hiworks, world.browser)));
    await expectUser(world.browser);
  });

  it('refuses a forged callback, before and after the user signs in', async () => {
    const { app, hiworks, browser } = world;
    const forge = () => callbackOf(hiworks, new Browser(app.url), KIM);
    await browser.read(withoutState(await forge()));
    await browser.leave(LOGIN);
    await browser.read(await forge());
    await expectNoUser(browser);
    await signIn(hiworks, browser);
    await browser.read(withoutState(await forge()));
    await expectUser(browser);
  });
}

function itSignsOut(world: World): void {
  it('signs out', async () => {
    await signIn(world.hiworks, world.browser);
    await world.browser.read('/logout', 'POST');
    await expectNoUser(world.browser);
  });
}

describe(`cookie-session with Passport's sessions (${named('notes', 'cookie-session', 'passport', 'express')})`, () => {
  const world = withApplication('node cookie-session.mjs');
  itLogsIn(world);
  itSignsOut(world);

  it('sets no cookie for a visitor who does not log in', async () => {
    expect((await world.browser.send('/')).headers).to.not.have.property('set-cookie');
  });
});

describe(`Express without sessions (${named('notes', 'express', 'cookie-session', 'jsonwebtoken')})`, () => {
  const world = withApplication('node stateless/server.mjs');
  itLogsIn(world);
  itSignsOut(world);
});

describe(`AWS Lambda (${named('notes', 'serverless-http')})`, () => {
  itLogsIn(withApplication('node api-gateway.mjs'));
});

describe(`node:http (Node ${process.versions.node}, ${named('notes', 'express-session', 'passport')})`, () => {
  itLogsIn(withApplication('node http.mjs'));
});

describe(`The NestJS lines of the README (${named('notes', '@nestjs/core', '@nestjs/passport')})`, () => {
  const world = withApplication('node dist/short.js', 'notes', { HIWORKS_CALLBACK_URL: `${LOGIN}/callback` });

  it('sign in, and the user is there on the next request', async () => {
    await signIn(world.hiworks, world.browser);
    expect((await world.browser.read('/')).text).to.include(`사용자 번호 ${HONG.userNo}`);
  });

  it('hide why a login failed', async () => {
    const { status, text } = await signIn(world.hiworks, world.browser, STRANGER);
    expect(status).to.equal(401);
    expect(JSON.parse(text)).to.deep.equal({ statusCode: 401, message: 'Unauthorized' });
  });
});

describe(`NestJS on Fastify (${named('notes', '@nestjs/platform-fastify', '@nestjs/passport', '@fastify/session')})`, () => {
  itLogsIn(withApplication('node dist/fastify.js'));
});

describe(`Fastify with stored sessions (${named('notes', 'fastify', '@fastify/session', '@fastify/cookie')})`, () => {
  itLogsIn(withApplication('node fastify-session.mjs'));
});

describe(`Next.js, built, its App Router (${named('next', 'next', 'iron-session')})`, () => {
  const world = withApplication('npx next start --port $PORT', 'next');
  itLogsIn(world);
  itSignsOut(world);

  it('shows a user of another office why the login failed', async () => {
    const { url, text } = await signIn(world.hiworks, world.browser, STRANGER);
    expect(url).to.equal(`${world.app.url}/login?reason=office_not_allowed`);
    expect(text).to.include(visitorMessage('office_not_allowed'));
  });

  it('stops with one line for each variable that is missing', async () => {
    const { errors } = await runToEnd('next', { PORT: '0' }, 'npx next start --port $PORT');
    expect(errors).to.include('SESSION_SECRET is missing or empty (see .env.example)\n');
  });
});

describe('accessType with a store', () => {
  const world = withApplication('node access-type.mjs');

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
  itLogsIn(withApplication('node hono-https.mjs'));
});

describe(`Fastify over HTTP/2 (${named('fastify', 'fastify', '@fastify/passport')})`, () => {
  const world = withApplication('node fastify-http2.mjs');

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
