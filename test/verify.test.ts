import { expect } from 'chai';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { HiworksSSOStrategy } from 'passport-hiworks/sso';
import { createHiworksServer } from 'passport-hiworks/testing';
import { authenticate, errorOf, failureOf, get, type Outcome, start, userOf } from './support/login.js';
import { http, type RawServer, rawServer } from './support/raw-server.js';
import { ACCESS_TOKEN, CODE, REFRESH_TOKEN } from './support/secrets.js';
import { CALLBACK, optionsFor, tokenBody } from './support/strategy.js';

const USER = { id: 1 };
const OTHER = { id: 2 };

// biome-ignore lint/suspicious/noExplicitAny: every form that JavaScript allows is tried here
type AnyVerify = (...args: any[]) => unknown;

describe('verify', () => {
  let hiworks: RawServer;
  let body: string;

  before(async () => {
    hiworks = await rawServer((socket) => socket.write(http(200, body)));
  });
  after(() => hiworks.close());
  beforeEach(() => {
    body = tokenBody();
  });

  const make = (verify: AnyVerify, options: Partial<HiworksStrategyOptions> | object = {}) =>
    new HiworksStrategy({ ...optionsFor(hiworks.url), ...options } as HiworksStrategyOptions, verify);

  /** The outcome of a login; `outcomes` are all that reached Passport. */
  async function signIn(verify: AnyVerify, options = {}): Promise<{ outcome: Outcome; outcomes: Outcome[] }> {
    const outcomes: Outcome[] = [];
    const outcome = await authenticate(make(verify, options), get(CALLBACK), {}, 'name', outcomes);
    // Any second outcome comes within these turns.
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    return { outcome, outcomes };
  }

  const outcomeOf = async (verify: AnyVerify, options = {}) => (await signIn(verify, options)).outcome;

  /** A login with `state: true` whose start was given this state. */
  async function signInWithState(verify: AnyVerify, state: unknown, options = {}): Promise<Outcome> {
    const strategy = make(verify, { ...options, state: true });
    const session = {};
    const handle = (await start(strategy, session, { state })).searchParams.get('state');
    const url = `/auth/hiworks/callback?auth_code=${CODE}&state=${handle}`;
    return authenticate(strategy, get(url, { session }));
  }

  describe('its arguments', () => {
    async function argumentsOf(length: number, options = {}): Promise<unknown[]> {
      let args: unknown[] = [];
      const verify = (...given: AnyVerify[]) => {
        args = given;
        given.at(-1)?.(null, USER);
        return USER;
      };
      Object.defineProperty(verify, 'length', { value: length });
      expect(userOf(await outcomeOf(verify, options))).to.equal(USER);
      expect(args.at(-1), 'done').to.be.a('function');
      return args.slice(0, -1);
    }

    const params = { access_token: ACCESS_TOKEN, office_no: '123123', user_no: '1234567' };
    const profile = {
      provider: 'hiworks',
      id: '1234567',
      userNo: '1234567',
      officeNo: '123123',
      _raw: '{"office_no":"123123","user_no":"1234567"}',
      _json: { office_no: '123123', user_no: '1234567' },
    };

    for (const length of [0, 1, 2, 3, 4, 6, 7]) {
      it(`verify of ${length} parameters gets (accessToken, refreshToken, profile, done)`, async () => {
        expect(await argumentsOf(length)).to.deep.equal([ACCESS_TOKEN, REFRESH_TOKEN, profile]);
      });
    }

    it('verify of 5 parameters gets (accessToken, refreshToken, params, profile, done)', async () => {
      expect(await argumentsOf(5)).to.deep.equal([ACCESS_TOKEN, REFRESH_TOKEN, params, profile]);
    });

    for (const length of [0, 1, 4, 5, 7]) {
      it(`with passReqToCallback, verify of ${length} parameters gets (req, accessToken, refreshToken, profile, done)`, async () => {
        const [req, ...args] = await argumentsOf(length, { passReqToCallback: true });
        expect(req).to.include({ method: 'GET', url: CALLBACK });
        expect(args).to.deep.equal([ACCESS_TOKEN, REFRESH_TOKEN, profile]);
      });
    }

    it('with passReqToCallback, verify of 6 parameters gets (req, accessToken, refreshToken, params, profile, done)', async () => {
      const [req, ...args] = await argumentsOf(6, { passReqToCallback: true });
      expect(req).to.include({ method: 'GET', url: CALLBACK });
      expect(args).to.deep.equal([ACCESS_TOKEN, REFRESH_TOKEN, params, profile]);
    });

    for (const length of [2, 3, 4]) {
      it(`verify of ${length} parameters of the menu login gets (profile, done)`, async () => {
        const path = '/menu/unguessable-in-this-test';
        const menu = await createHiworksServer({ ssoURL: `https://app.example.com${path}` });
        let args: unknown[] = [];
        const verify = (...given: AnyVerify[]) => {
          args = given;
          given.at(-1)?.(null, USER);
        };
        Object.defineProperty(verify, 'length', { value: length });
        const strategy = new HiworksSSOStrategy({ path, ...menu.ssoOptions }, verify as () => unknown);
        const { pathname, search } = new URL(await menu.openMenu('1234567'));
        expect(userOf(await authenticate(strategy, get(pathname + search)))).to.equal(USER);
        expect(args).to.have.lengthOf(2);
        expect(args[0]).to.include({ provider: 'hiworks-sso', id: '1234567' });
        await menu.close();
      });
    }

    it('refreshToken is undefined in verify if Hiworks sent none', async () => {
      body = tokenBody({ refresh_token: null });
      expect(await argumentsOf(4)).to.have.property('1', undefined);
    });
  });

  describe('its result through done', () => {
    for (const [call, given, info] of [
      ['done(null, user)', [], {}],
      ['done(null, user, info)', [{ first: true }], { first: true }],
      ["done(null, user, 'text')", ['text'], 'text'],
    ] as const) {
      it(`${call} is a success with the info ${JSON.stringify(info)}`, async () => {
        const outcome = await outcomeOf((_a, _r, _p, done) => done(null, USER, ...given));
        expect(outcome).to.deep.equal({ kind: 'success', user: USER, info });
      });
    }

    for (const user of [false, null, undefined, 0, '']) {
      it(`done(null, ${JSON.stringify(user)}, info) is a failure, with info handed on as it is`, async () => {
        for (const info of [{ message: '퇴사한 직원입니다' }, '퇴사한 직원입니다', undefined]) {
          const outcome = await outcomeOf((_a, _r, _p, done) => done(null, user, info));
          expect(outcome).to.deep.equal({ kind: 'fail', info, status: undefined });
        }
      });
    }

    it('done(error) is the error of the login', async () => {
      const broken = new Error('the database is down');
      expect(errorOf(await outcomeOf((_a, _r, _p, done) => done(broken)))).to.equal(broken);
    });

    it('done may be called after verify has returned', async () => {
      const outcome = await outcomeOf((_a, _r, _p, done) => void setImmediate(done, null, USER));
      expect(userOf(outcome)).to.equal(USER);
    });

    for (const [what, promise] of [
      ['a promise of a user', () => Promise.resolve(USER)],
      ['a promise that rejects', () => Promise.reject(new Error('too late'))],
      // biome-ignore lint/suspicious/noThenProperty: as query builders have
      ['a thenable', () => ({ then: () => undefined })],
    ] as const) {
      it(`verify that passes ${what} to done is an error that points out the missing await`, async () => {
        const outcome = await outcomeOf((_a, _r, _p, done) => done(null, promise()));
        expect(errorOf(outcome).message).to.include('await');
      });
    }

    it('verify may pass a user whose `then` is not a function, or cannot be read', async () => {
      const unreadable = Object.defineProperty({}, 'then', {
        get() {
          throw new Error('no then');
        },
      });
      // biome-ignore lint/suspicious/noThenProperty: a column of a table
      for (const user of [{ then: '2022' }, unreadable]) {
        userOf(await outcomeOf((_a, _r, _p, done) => done(null, user)));
      }
    });
  });

  describe('its result by returning', () => {
    const returning: [what: string, verify: AnyVerify, options?: object][] = [
      ['async () => user', async () => USER],
      ['async (accessToken, refreshToken, profile) => user', async (_a, _r, _p) => USER],
      ['async (accessToken, refreshToken, profile, done) => user', async (_a, _r, _p, _done) => USER],
      ['(accessToken) => user', (_a) => USER],
      ['(accessToken, refreshToken, profile) => user', (_a, _r, _p) => USER],
      [
        '(req, accessToken, refreshToken, profile) => user, with passReqToCallback,',
        (_q, _a, _r, _p) => USER,
        { passReqToCallback: true },
      ],
      // As NestJS has it.
      [
        'an async verify that calls done later',
        async (_a, _r, _p, done) => void setImmediate(done, null, USER),
      ],
      [
        'async (...args) that calls done later',
        async (...args) => void setImmediate(args.at(-1), null, USER),
      ],
    ];
    for (const [what, verify, options] of returning) {
      it(`${what} is a success`, async () => {
        expect(userOf(await outcomeOf(verify, options))).to.equal(USER);
      });
    }

    for (const user of [false, null]) {
      for (const [what, verify] of [
        [`async () => ${user}`, async () => user],
        [`(accessToken) => ${user}`, (_a: unknown) => user],
        [`async (accessToken, refreshToken) => ${user}`, async (_a: unknown, _r: unknown) => user],
      ] as [string, AnyVerify][]) {
        it(`${what} is a failure`, async () => {
          expect(await outcomeOf(verify)).to.deep.equal({ kind: 'fail', info: undefined, status: undefined });
        });
      }
    }

    const nothing: [what: string, verify: AnyVerify, options?: object][] = [
      ['(accessToken) => undefined', (_a) => undefined],
      ['(accessToken, refreshToken, profile) => undefined', (_a, _r, _p) => undefined],
      ['async (accessToken, refreshToken, profile) => undefined', async (_a, _r, _p) => undefined],
      [
        '(req, accessToken, refreshToken, profile) => undefined, with passReqToCallback,',
        (_q, _a, _r, _p) => undefined,
        { passReqToCallback: true },
      ],
    ];
    for (const [what, verify, options] of nothing) {
      it(`${what} is an error: nothing was returned, and there is no done`, async () => {
        expect(errorOf(await outcomeOf(verify, options)).message).to.match(
          /`done`.*returned nothing.*null for a user who may not sign in/,
        );
      });
    }

    /** A thenable that counts how often it is run. */
    function queryBuilder() {
      const query = {
        runs: 0,
        // biome-ignore lint/suspicious/noThenProperty: as query builders have
        then(resolve: (user: object) => void) {
          query.runs += 1;
          resolve(USER);
        },
      };
      return query;
    }

    it('a thenable that verify returns is awaited if verify has no parameter for done', async () => {
      const query = queryBuilder();
      expect(userOf(await outcomeOf((_a, _r, _p) => query))).to.equal(USER);
      expect(query.runs).to.equal(1);
    });

    it('a thenable that verify returns is not run if verify has a parameter for done', async () => {
      const query = queryBuilder();
      const outcome = await outcomeOf((_a, _r, _p, done) => {
        setImmediate(done, null, OTHER);
        return query;
      });
      expect(userOf(outcome)).to.equal(OTHER);
      expect(query.runs).to.equal(0);
    });
  });

  describe('its errors', () => {
    const failing: [what: string, fail: (reason: unknown) => AnyVerify][] = [
      ['verify without parameters rejects with', (reason) => () => Promise.reject(reason)],
      ['verify without done rejects with', (reason) => (_a) => Promise.reject(reason)],
      ['verify with done rejects with', (reason) => (_a, _r, _p, _done) => Promise.reject(reason)],
      [
        'verify throws',
        (reason) => (_a, _r, _p, _done) => {
          throw reason;
        },
      ],
    ];
    for (const [what, fail] of failing) {
      it(`a login whose ${what} an error ends in that error`, async () => {
        const broken = new Error('a mistake in verify');
        expect(errorOf(await outcomeOf(fail(broken)))).to.equal(broken);
      });

      for (const reason of [undefined, null, '', 0, false]) {
        it(`a login whose ${what} ${JSON.stringify(reason)} ends in an error, since Passport ignores falsy ones`, async () => {
          errorOf(await outcomeOf(fail(reason)));
        });
      }
    }

    it('the message for a falsy error names the application', async () => {
      expect(errorOf(await outcomeOf(() => Promise.reject())).message).to.equal(
        'Hiworks login: the application threw or rejected without an error',
      );
    });
  });

  describe('its first result', () => {
    const cases: [what: string, kind: string, verify: AnyVerify][] = [
      [
        'done three times',
        'success',
        (_a, _r, _p, done) => {
          done(null, USER);
          done(null, OTHER);
          done(new Error('late'));
        },
      ],
      [
        'done and a throw',
        'success',
        (_a, _r, _p, done) => {
          done(null, USER);
          throw new Error('late');
        },
      ],
      [
        'done and a promise of another user',
        'success',
        async (_a, _r, _p, done) => {
          done(null, USER);
          return OTHER;
        },
      ],
      [
        'done and a rejection',
        'success',
        async (_a, _r, _p, done) => {
          done(null, USER);
          throw new Error('late');
        },
      ],
      [
        'a failure and then a user',
        'fail',
        (_a, _r, _p, done) => {
          done(null, false);
          done(null, USER);
        },
      ],
      [
        'an error and then a user',
        'error',
        (_a, _r, _p, done) => {
          done(new Error('first'));
          done(null, USER);
        },
      ],
      [
        'done called by a verify that has no parameter for it, and another user returned',
        'success',
        (...args) => {
          args.at(-1)(null, USER);
          return OTHER;
        },
      ],
    ];
    for (const [what, kind, verify] of cases) {
      it(`the first of several results of verify (${what}) reaches Passport: ${kind}`, async () => {
        const { outcome, outcomes } = await signIn(verify);
        expect(outcomes).to.have.lengthOf(1);
        expect(outcome).to.have.property('kind', kind);
        expect((outcome as { user?: object }).user).to.equal(kind === 'success' ? USER : undefined);
      });
    }
  });

  describe('its info', () => {
    for (const [what, user, info, expected] of [
      ['done(null, user, info)', USER, Object.freeze({ first: true }), { first: true, state: 'x' }],
      ["done(null, user, 'text')", USER, 'text', { message: 'text', state: 'x' }],
      ['done(null, user)', USER, undefined, { state: 'x' }],
      ['done(null, false, info)', false, Object.freeze({ message: 'text' }), { message: 'text', state: 'x' }],
      ["done(null, false, 'text')", false, 'text', { message: 'text', state: 'x' }],
      ['done(null, false)', false, undefined, { state: 'x' }],
    ] as const) {
      it(`the info of ${what} gets the state of the application, in a new object`, async () => {
        const outcome = await signInWithState((_a, _r, _p, done) => done(null, user, info), 'x');
        expect(outcome).to.have.deep.property('info', expected);
      });
    }

    it('an info that cannot be copied is an error of the login, even if done is called later', async () => {
      const broken = new Error('a getter throws');
      const info = {
        get reason(): string {
          throw broken;
        },
      };
      const verify: AnyVerify = (_a, _r, _p, done) => setImmediate(() => done(null, false, info));
      expect(errorOf(await signInWithState(verify, 'x'))).to.equal(broken);
    });
  });

  describe('and allowedOffices', () => {
    const compared: [office: string, allowed: string | string[]][] = [
      ['1231239', '123123'],
      ['123123', '1231239'],
      ['0123123', '123123'],
      ['123123', '0123123'],
      ['12312', ['123123', '456456']],
      ['1234567', '123123'],
      ['123123.0', '123123'],
      ['123123', 'constructor'],
    ];
    for (const [office, allowed] of compared) {
      it(`a user of office ${office} is refused if ${allowed} is allowed: the numbers are compared whole`, async () => {
        body = tokenBody({ office_no: office, user_no: '123123' });
        const outcome = await outcomeOf((_a, _r, _p, done) => done(null, USER), { allowedOffices: allowed });
        expect(failureOf(outcome).code).to.equal('office_not_allowed');
      });
    }

    for (const allowedOffices of ['123123', ['1', '123123']]) {
      it(`a user of office 123123 signs in if ${JSON.stringify(allowedOffices)} is allowed`, async () => {
        userOf(await outcomeOf(async () => USER, { allowedOffices }));
      });
    }

    it('a change of the list given as allowedOffices has no effect', async () => {
      const allowedOffices = ['1'];
      const strategy = make(async () => USER, { allowedOffices });
      allowedOffices.push('123123');
      expect(failureOf(await authenticate(strategy, get(CALLBACK))).code).to.equal('office_not_allowed');
    });

    it('a user of another office fails with 403, before verify and the profile request, with state and officeNo', async () => {
      hiworks.requests.length = 0;
      body = tokenBody({ office_no: '456456' });
      const options = { allowedOffices: '123123', fetchProfile: true };
      const verify = () => expect.fail('verify was called');
      expect(failureOf(await signInWithState(verify, { returnTo: '/' }, options))).to.deep.equal({
        message: 'Hiworks login failed: office 456456 is not one of allowedOffices',
        code: 'office_not_allowed',
        officeNo: '456456',
        state: { returnTo: '/' },
        status: 403,
      });
      expect(hiworks.requests).to.have.lengthOf(1);
    });
  });
});
