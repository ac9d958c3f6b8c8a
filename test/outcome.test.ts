import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import cookieSession from 'cookie-session';
import express, { type ErrorRequestHandler, type Handler } from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import { HiworksStrategy, type HiworksVerify } from 'passport-hiworks';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import { get } from './support/login.js';
import { collectUncaught } from './support/uncaught.js';
import { Visitor } from './support/visitor.js';

const CALLBACK = '/auth/hiworks/callback';

/** What some code throws that cannot be looked at, and responses that cannot be destroyed. */
const unreadable: [what: string, thrown: () => unknown, response: object][] = [
  ['whose stack cannot be read', () => Object.defineProperty(new Error('x'), 'stack', { get: raise }), {}],
  ['that is a revoked proxy', revokedProxy, {}],
  ['while the response cannot be destroyed', () => new Error('x'), { destroy: raise }],
  ['while the response has no such method', () => new Error('x'), { destroy: 1 }],
];

function raise(): never {
  throw new Error('raised');
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const acceptEveryone: HiworksVerify = (_accessToken, _refreshToken, profile, done) => done(null, profile);

describe('The outcome of a login', () => {
  const uncaught = collectUncaught();
  let hiworks: HiworksServer;
  const closing: (() => void)[] = [];

  before(async () => {
    hiworks = await createHiworksServer({ signInAs: '1234567' });
  });
  after(() => hiworks.close());
  afterEach(() => {
    for (const close of closing.splice(0)) {
      close();
    }
  });

  interface Settings {
    sessions?: Handler[];
    verify?: HiworksVerify;
    /** The handlers of the callback route. */
    route: (passport: InstanceType<typeof Passport>) => Handler[];
    state?: false;
    handleError?: ErrorRequestHandler;
  }

  /** An Express application with a browser; `errors` are those that reached its error handler. */
  async function application({
    sessions = [],
    verify = acceptEveryone,
    route,
    state,
    handleError,
  }: Settings) {
    const errors: Error[] = [];
    const passport = new Passport();
    passport.serializeUser((user, done) => done(null, user));
    passport.deserializeUser((user: Express.User, done) => done(null, user));
    const app = express().use(...sessions, ((_request, _response, next) => next()) as Handler);
    app.get('/auth/hiworks', passport.authenticate('hiworks'));
    app.get(CALLBACK, ...route(passport), ((request, response) => {
      response.send(`signed in: ${(request.user as { id: string }).id}`);
    }) as Handler);
    app.use(((error, request, response, next) => {
      errors.push(error);
      if (handleError) {
        handleError(error, request, response, next);
      } else {
        response.status(500).send('the error page');
      }
    }) as ErrorRequestHandler);
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => {
      server.close();
      server.closeAllConnections();
    });
    const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    hiworks.register(site + CALLBACK);
    const options = { ...hiworks.options, callbackURL: site + CALLBACK, ...(state === false && { state }) };
    passport.use(new HiworksStrategy(options, verify));
    const visitor = new Visitor(site);
    return {
      errors,
      visitor,
      /** A whole login, up to the page that the callback shows. */
      async signIn() {
        const { location = '' } = await visitor.get('/auth/hiworks');
        return visitor.get(await hiworks.signIn(location, '1234567'));
      },
    };
  }

  const serverSession = () => session({ secret: 'x', resave: false, saveUninitialized: false });
  const plainRoute = (passport: InstanceType<typeof Passport>, options = {}) => [
    passport.authenticate('hiworks', options),
  ];

  function expectErrorPage(page: { status: number; body: string }, errors: Error[], message: RegExp): void {
    expect(errors.map(String).join('\n')).to.match(message);
    expect(page).to.include({ status: 500, body: 'the error page' });
    expect(errors).to.have.lengthOf(1);
    expect(uncaught).to.deep.equal([]);
  }

  describe('if an action of Passport throws', () => {
    it('cookie-session, which has no session.regenerate, gets the error page at a login', async () => {
      const sessions = [cookieSession({ secret: 'x' })];
      const { signIn, errors } = await application({ sessions, route: plainRoute });
      expectErrorPage(await signIn(), errors, /regenerate is not a function/);
    });

    it('cookie-session with the documented shim signs in, several times', async () => {
      const shim: Handler = (req, _res, next) => {
        const session = req.session as unknown as Record<string, unknown>;
        session.regenerate ??= (done: () => void) => done();
        session.save ??= (done: () => void) => done();
        next();
      };
      const sessions = [cookieSession({ secret: 'x' }), shim];
      const { signIn, errors } = await application({ sessions, route: plainRoute });
      for (let login = 0; login < 2; login++) {
        expect(await signIn(), errors.join()).to.include({ status: 200, body: 'signed in: 1234567' });
      }
    });

    it('failureFlash without connect-flash gets the error page', async () => {
      const { visitor, errors } = await application({
        sessions: [serverSession()],
        route: (passport) => plainRoute(passport, { failureFlash: true }),
      });
      const page = await visitor.get(`${CALLBACK}?auth_code=a&state=b`);
      expectErrorPage(page, errors, /req\.flash is not a function/);
    });

    it('failureMessage without a session gets the error page', async () => {
      const { visitor, errors } = await application({
        state: false,
        route: (passport) => plainRoute(passport, { failureMessage: true }),
      });
      expectErrorPage(await visitor.get(`${CALLBACK}?auth_code=`), errors, /TypeError/);
    });

    it('a string from verify that no header can carry gets the error page', async () => {
      const { signIn, errors } = await application({
        sessions: [serverSession()],
        verify: (_accessToken, _refreshToken, _profile, done) =>
          done(null, false, '퇴사한 직원입니다' as never),
        route: plainRoute,
      });
      expectErrorPage(await signIn(), errors, /Invalid character in header/);
    });

    // biome-ignore lint/suspicious/noExplicitAny: as in JavaScript
    type Any = any;
    const customCallback = (passport: InstanceType<typeof Passport>): Handler[] => [
      (request, response, next) =>
        passport.authenticate('hiworks', (error: Any, user: Any, info: Any) =>
          error ? next(error) : response.redirect(info.state.returnTo + user.id),
        )(request, response, next),
    ];

    it('a custom callback that reads a missing state after a success gets the error page', async () => {
      const { signIn, errors } = await application({ sessions: [serverSession()], route: customCallback });
      expectErrorPage(await signIn(), errors, /reading 'returnTo'/);
    });

    it('a custom callback that reads a missing state after a failure gets the error page', async () => {
      const { visitor, errors } = await application({ sessions: [serverSession()], route: customCallback });
      expectErrorPage(await visitor.get(`${CALLBACK}?auth_code=a`), errors, /reading 'returnTo'/);
    });

    it('a login whose response was already sent ends in the error handler', async () => {
      let reached = (): void => undefined;
      const handled = new Promise<void>((resolve) => {
        reached = resolve;
      });
      const { visitor, errors } = await application({
        sessions: [serverSession()],
        route: (passport) => [
          (_request, response, next) => {
            response.status(503).send('too late');
            next();
          },
          ...plainRoute(passport),
        ],
        handleError: () => reached(),
      });
      expect(await visitor.get(CALLBACK)).to.include({ status: 503, body: 'too late' });
      await handled;
      expect(errors).to.have.lengthOf(1);
      expect(errors[0]).to.have.property('code', 'ERR_HTTP_HEADERS_SENT');
      expect(uncaught).to.deep.equal([]);
    });
  });

  describe('if `error` throws as well', () => {
    const broken = new Error('the error handler is broken');

    it('an error handler that throws causes a process warning, and the response is destroyed', async () => {
      const { signIn } = await application({
        sessions: [serverSession()],
        route: (passport) => [
          (request, response, next) =>
            passport.authenticate('hiworks', () => {
              throw broken;
            })(request, response, next),
        ],
      });
      const result = await signIn().then(
        (page) => `HTTP ${page.status}`,
        (error: Error) => (error.cause as { code?: string }).code,
      );
      expect(result).to.equal('UND_ERR_SOCKET');
      expect(uncaught).to.have.lengthOf(1);
      expect(uncaught[0]).to.include({
        name: 'Warning',
        message: 'Hiworks login: the application threw while handling an error',
        code: 'HIWORKS_ERROR_NOT_HANDLED',
        detail: broken.stack,
      });
    });

    for (const [what, thrown, res] of unreadable) {
      it(`an error handler that throws something ${what} does not end the process`, async () => {
        const strategy = new HiworksStrategy({ ...hiworks.options, state: true }, acceptEveryone);
        const error = () => {
          throw thrown();
        };
        const warned = once(process, 'warning');
        Object.assign(Object.create(strategy), { error }).authenticate({ res });
        const [warning] = await warned;
        expect(warning).to.have.property('code', 'HIWORKS_ERROR_NOT_HANDLED');
        await new Promise((resolve) => setImmediate(resolve));
        expect(uncaught).to.have.lengthOf(1);
      });
    }

    const cases: [what: string, error: (thrown: unknown) => unknown][] = [
      [
        'throws',
        (thrown) => {
          throw thrown;
        },
      ],
      ['rejects', (thrown) => Promise.reject(thrown)],
    ];
    for (const [what, error] of cases) {
      /** Runs a login that fails with this request, and resolves with the detail of the warning. */
      async function detailOf(request: object, thrown: unknown): Promise<string | undefined> {
        const strategy = new HiworksStrategy({ ...hiworks.options, state: true }, acceptEveryone);
        const warned = once(process, 'warning');
        Object.assign(Object.create(strategy), { error: () => error(thrown) }).authenticate(request);
        const [warning] = await warned;
        expect(warning).to.have.property('code', 'HIWORKS_ERROR_NOT_HANDLED');
        // The response is destroyed in the same turn, after the warning was scheduled.
        await new Promise((resolve) => setImmediate(resolve));
        expect(uncaught).to.have.lengthOf(1);
        return (warning as { detail?: string }).detail;
      }
      const destroyed: string[] = [];
      const destroyable = (name: string, more = {}) => ({ destroy: () => destroyed.push(name), ...more });

      beforeEach(() => {
        destroyed.length = 0;
      });

      it(`an \`error\` that ${what} a string is reported by its type, and the response is destroyed`, async () => {
        const request = { ...destroyable('request'), res: destroyable('response') };
        expect(await detailOf(request, 'a string')).to.equal('string');
        expect(destroyed).to.deep.equal(['response']);
      });

      it(`an \`error\` that ${what} destroys no response that has ended`, async () => {
        const res = destroyable('response', { writableEnded: true });
        expect(await detailOf({ ...destroyable('request'), res }, 7)).to.equal('number');
        expect(destroyed).to.deep.equal([]);
      });

      it(`an \`error\` that ${what} destroys the request if the framework gives no response`, async () => {
        expect(await detailOf(destroyable('request'), undefined)).to.equal('undefined');
        expect(destroyed).to.deep.equal(['request']);
      });

      it(`an \`error\` that ${what} destroys Fastify's raw request`, async () => {
        await detailOf({ ...destroyable('request'), raw: destroyable('raw') }, broken);
        expect(destroyed).to.deep.equal(['raw']);
      });

      it(`an \`error\` that ${what} is reported with its stack, also for a response that cannot be destroyed`, async () => {
        expect(await detailOf({ res: {} }, broken)).to.equal(broken.stack);
      });
    }
  });

  describe('if an action is asynchronous', () => {
    const make = () => new HiworksStrategy({ ...hiworks.options, state: false }, acceptEveryone);

    it('an error that an action rejects with goes to `error`', async () => {
      const broken = new Error('the redirect failed later');
      const error = await new Promise((resolve) => {
        const actions = { redirect: () => Promise.reject(broken), error: resolve };
        Object.assign(Object.create(make()), actions).authenticate(get('/'));
      });
      expect(error).to.equal(broken);
      expect(uncaught).to.deep.equal([]);
    });

    for (const reason of [undefined, '']) {
      it(`an action that rejects with ${JSON.stringify(reason)} goes to \`error\` as an Error: Passport ignores falsy ones`, async () => {
        const error = await new Promise((resolve) => {
          const actions = { redirect: () => Promise.reject(reason), error: resolve };
          Object.assign(Object.create(make()), actions).authenticate(get('/'));
        });
        expect(error).to.be.instanceOf(Error);
        expect(uncaught).to.deep.equal([]);
      });
    }

    it('an asynchronous action that succeeds is the only one', async () => {
      const acted: string[] = [];
      await new Promise<void>((resolve) => {
        const redirect = async () => {
          await Promise.resolve();
          acted.push('redirect');
          setImmediate(resolve);
        };
        const error = () => acted.push('error');
        Object.assign(Object.create(make()), { redirect, error }).authenticate(get('/'));
      });
      expect(acted).to.deep.equal(['redirect']);
    });

    it('a thenable that an action returns is not run: query builders are thenables', async () => {
      let runs = 0;
      const query = {
        // biome-ignore lint/suspicious/noThenProperty: as query builders have
        then() {
          runs += 1;
        },
      };
      await new Promise<void>((resolve) => {
        const redirect = () => {
          setImmediate(resolve);
          return query;
        };
        Object.assign(Object.create(make()), { redirect }).authenticate(get('/'));
      });
      expect(runs).to.equal(0);
    });

    it('an action that is wrapped while a login is under way is called as wrapped', async () => {
      const called = await new Promise((resolve) => {
        const request = Object.create(make());
        request.error = () => resolve('the original');
        request.authenticate(get(`${CALLBACK}?auth_code=wrong`));
        request.error = () => resolve('the wrapper');
      });
      expect(called).to.equal('the wrapper');
    });
  });
});
