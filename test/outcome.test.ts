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

describe('An action of Passport that throws goes to the framework, and ends no process', () => {
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

  const takesEverybody: HiworksVerify = (_accessToken, _refreshToken, profile, done) => done(null, profile);

  interface Settings {
    sessions?: Handler[];
    verify?: HiworksVerify;
    /** The handlers of the callback route. */
    route: (passport: InstanceType<typeof Passport>) => Handler[];
    state?: false;
    handleError?: ErrorRequestHandler;
  }

  /** An Express application, and a browser in front of it; `errors` are what its error handler got. */
  async function application({
    sessions = [],
    verify = takesEverybody,
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
  const signsIn = (passport: InstanceType<typeof Passport>, options = {}) => [
    passport.authenticate('hiworks', options),
  ];

  function expectErrorPage(page: { status: number; body: string }, errors: Error[], message: RegExp): void {
    expect(errors.map(String).join('\n')).to.match(message);
    expect(page).to.include({ status: 500, body: 'the error page' });
    expect(errors).to.have.lengthOf(1);
    expect(uncaught).to.deep.equal([]);
  }

  describe('with cookie-session, which has neither session.regenerate nor session.save', () => {
    const cookies = () => cookieSession({ secret: 'x' });

    it('a login is an error', async () => {
      const { signIn, errors } = await application({ sessions: [cookies()], route: signsIn });
      expectErrorPage(await signIn(), errors, /regenerate is not a function/);
    });

    it('a login succeeds behind the documented shim, and so does the next', async () => {
      const shim: Handler = (req, _res, next) => {
        const session = req.session as unknown as Record<string, unknown>;
        session.regenerate ??= (done: () => void) => done();
        session.save ??= (done: () => void) => done();
        next();
      };
      const { signIn, errors } = await application({ sessions: [cookies(), shim], route: signsIn });
      for (let login = 0; login < 2; login++) {
        expect(await signIn(), errors.join()).to.include({ status: 200, body: 'signed in: 1234567' });
      }
    });
  });

  it('failureFlash without connect-flash, by one anonymous request', async () => {
    const { visitor, errors } = await application({
      sessions: [serverSession()],
      route: (passport) => signsIn(passport, { failureFlash: true }),
    });
    expectErrorPage(
      await visitor.get(`${CALLBACK}?auth_code=a&state=b`),
      errors,
      /req\.flash is not a function/,
    );
  });

  it('failureMessage without sessions', async () => {
    const { visitor, errors } = await application({
      state: false,
      route: (passport) => signsIn(passport, { failureMessage: true }),
    });
    expectErrorPage(await visitor.get(`${CALLBACK}?auth_code=`), errors, /TypeError/);
  });

  it('a word of verify that no header can carry', async () => {
    const { signIn, errors } = await application({
      sessions: [serverSession()],
      verify: (_a, _r, _profile, done) => done(null, false, '퇴사한 직원입니다' as never),
      route: signsIn,
    });
    expectErrorPage(await signIn(), errors, /Invalid character in header/);
  });

  it("a custom callback's bug: a state that is not there, or a person who was refused", async () => {
    // biome-ignore lint/suspicious/noExplicitAny: what JavaScript lets them write
    type Any = any;
    const route = (passport: InstanceType<typeof Passport>): Handler[] => [
      (request, response, next) =>
        passport.authenticate('hiworks', (error: Any, user: Any, info: Any) =>
          error ? next(error) : response.redirect(info.state.returnTo + user.id),
        )(request, response, next),
    ];
    const without = await application({ sessions: [serverSession()], route });
    expectErrorPage(await without.signIn(), without.errors, /reading 'returnTo'/);
    const refused = await application({ sessions: [serverSession()], route });
    const page = await refused.visitor.get(`${CALLBACK}?auth_code=a`);
    expectErrorPage(page, refused.errors, /reading 'returnTo'/);
  });

  it('a response that a timeout has already sent', async () => {
    const { visitor, errors } = await application({
      sessions: [serverSession()],
      route: (passport) => [
        (_request, response, next) => {
          response.status(503).send('too late');
          next();
        },
        ...signsIn(passport),
      ],
      handleError: () => undefined,
    });
    expect(await visitor.get(CALLBACK)).to.include({ status: 503, body: 'too late' });
    while (errors.length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(errors).to.have.lengthOf(1);
    expect(errors[0]).to.have.property('code', 'ERR_HTTP_HEADERS_SENT');
    expect(uncaught).to.deep.equal([]);
  });

  describe('and if what handles the error throws as well', () => {
    const broken = new Error('the error handler is broken');
    const settle = async () => {
      for (let turn = 0; turn < 5; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    };

    it('a process warning says so, and the response does not hang', async () => {
      const { signIn } = await application({
        sessions: [serverSession()],
        route: (passport) => [
          (request, response, next) =>
            passport.authenticate('hiworks', () => {
              throw broken;
            })(request, response, next),
        ],
      });
      const hung = await signIn().then(
        (page) => `HTTP ${page.status}`,
        (error: Error) => (error.cause as { code?: string }).code,
      );
      expect(hung).to.equal('UND_ERR_SOCKET');
      expect(uncaught).to.have.lengthOf(1);
      expect(uncaught[0]).to.include({
        name: 'Warning',
        code: 'HIWORKS_ERROR_NOT_HANDLED',
        message: 'Hiworks login: the application threw while handling an error',
        detail: broken.stack,
      });
    });

    it('the response is destroyed unless it has ended; whatever was thrown, the warning says of what kind', async () => {
      const strategy = new HiworksStrategy({ ...hiworks.options, state: true }, takesEverybody);
      const run = async (request: object, thrown: unknown): Promise<string | undefined> => {
        const fails = () => {
          throw thrown;
        };
        uncaught.length = 0;
        Object.assign(Object.create(strategy), { error: fails }).authenticate(request);
        await settle();
        expect(uncaught).to.have.lengthOf(1);
        return (uncaught[0] as { detail?: string }).detail;
      };
      const destroyed: string[] = [];
      const destroyable = (name: string, more = {}) => ({ destroy: () => destroyed.push(name), ...more });

      expect(await run({ ...destroyable('request'), res: destroyable('response') }, 'a word')).to.equal(
        'string',
      );
      expect(
        await run({ ...destroyable('request'), res: destroyable('response', { writableEnded: true }) }, 7),
      ).to.equal('number');
      await run(destroyable('request'), undefined);
      await run({ ...destroyable('request'), raw: destroyable('raw') }, undefined);
      await run({ res: {} }, broken);
      expect(destroyed).to.deep.equal(['response', 'request', 'raw']);
    });
  });

  it('also as a promise: what an asynchronous action rejects with goes to `error`, as a native error', async () => {
    const broken = new Error('the redirect failed later');
    const strategy = new HiworksStrategy({ ...hiworks.options, state: false }, takesEverybody);
    for (const [reason, message] of [
      [broken, 'the redirect failed later'],
      [undefined, 'Hiworks login: the application threw or rejected without an error'],
      ['', 'Hiworks login: the application threw or rejected without an error'],
    ] as const) {
      const error = await new Promise((resolve) => {
        const actions = { redirect: () => Promise.reject(reason), error: resolve };
        Object.assign(Object.create(strategy), actions).authenticate(get('/'));
      });
      expect(error).to.be.instanceOf(Error).and.have.property('message', message);
    }
    expect(uncaught).to.deep.equal([]);
  });

  it('an asynchronous action that succeeds is the only one', async () => {
    const strategy = new HiworksStrategy({ ...hiworks.options, state: false }, takesEverybody);
    const acted: string[] = [];
    await new Promise<void>((resolve) => {
      const redirect = async () => {
        await Promise.resolve();
        acted.push('redirect');
        setImmediate(resolve);
      };
      const error = () => acted.push('error');
      Object.assign(Object.create(strategy), { redirect, error }).authenticate(get('/'));
    });
    expect(acted).to.deep.equal(['redirect']);
  });

  it('something with a `then` that an action returns is not run: query builders have one', async () => {
    const strategy = new HiworksStrategy({ ...hiworks.options, state: false }, takesEverybody);
    let runs = 0;
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: what query builders are like
      then() {
        runs += 1;
      },
    };
    await new Promise<void>((resolve) => {
      const redirect = () => {
        setImmediate(resolve);
        return query;
      };
      Object.assign(Object.create(strategy), { redirect }).authenticate(get('/'));
    });
    expect(runs).to.equal(0);
  });

  it('is called as it is by then, if it was wrapped while the login was under way', async () => {
    const strategy = new HiworksStrategy({ ...hiworks.options, state: false }, takesEverybody);
    const called = await new Promise((resolve) => {
      const request = Object.create(strategy);
      request.error = () => resolve('the one before');
      request.authenticate(get(`${CALLBACK}?auth_code=wrong`));
      request.error = () => resolve('the wrapper');
    });
    expect(called).to.equal('the wrapper');
  });
});
