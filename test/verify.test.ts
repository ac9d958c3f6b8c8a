import { expect } from 'chai';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { HiworksSSOStrategy } from 'passport-hiworks/sso';
import { createHiworksServer } from 'passport-hiworks/testing';
import { authenticate, errorOf, failureOf, get, type Outcome, start, userOf } from './support/login.js';
import { http, type RawServer, rawServer } from './support/raw-server.js';
import { ACCESS_TOKEN, CODE, REFRESH_TOKEN } from './support/secrets.js';
import { CALLBACK, optionsFor, tokenBody } from './support/strategy.js';

const person = { id: 1 };

// biome-ignore lint/suspicious/noExplicitAny: every form that JavaScript allows is tried here
type AnyVerify = (...args: any[]) => unknown;

describe('verify, which says who the person is', () => {
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

  /** A login up to the outcome; `outcomes` are all that Passport ever heard of it. */
  async function signIn(verify: AnyVerify, options = {}): Promise<{ outcome: Outcome; outcomes: Outcome[] }> {
    const outcomes: Outcome[] = [];
    const outcome = await authenticate(make(verify, options), get(CALLBACK), {}, 'name', outcomes);
    // What is said later than the first word would arrive within these turns.
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    return { outcome, outcomes };
  }

  describe('is called by its number of parameters', () => {
    async function argumentsOf(length: number, options = {}): Promise<unknown[]> {
      let args: unknown[] = [];
      const verify = (...given: AnyVerify[]) => {
        args = given;
        given.at(-1)?.(null, person);
        return person;
      };
      Object.defineProperty(verify, 'length', { value: length });
      expect(userOf((await signIn(verify, options)).outcome)).to.equal(person);
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

    it('5: accessToken, refreshToken, params, profile, done; any other: without params', async () => {
      for (const length of [0, 1, 2, 3, 4, 6, 7]) {
        expect(await argumentsOf(length)).to.deep.equal([ACCESS_TOKEN, REFRESH_TOKEN, profile]);
      }
      expect(await argumentsOf(5)).to.deep.equal([ACCESS_TOKEN, REFRESH_TOKEN, params, profile]);
    });

    it('with passReqToCallback 6: req, accessToken, refreshToken, params, profile, done; any other: without params', async () => {
      const passReqToCallback = true;
      for (const length of [0, 1, 4, 5, 7]) {
        const [req, ...args] = await argumentsOf(length, { passReqToCallback });
        expect(req).to.include({ method: 'GET', url: CALLBACK });
        expect(args).to.deep.equal([ACCESS_TOKEN, REFRESH_TOKEN, profile]);
      }
      const [req, ...args] = await argumentsOf(6, { passReqToCallback });
      expect(req).to.include({ method: 'GET', url: CALLBACK });
      expect(args).to.deep.equal([ACCESS_TOKEN, REFRESH_TOKEN, params, profile]);
    });

    it('of a login from a menu, which knows no params: profile and done, whatever the number', async () => {
      const menu = await createHiworksServer({
        ssoURL: 'https://app.example.com/menu/unguessable-in-this-test',
      });
      try {
        for (const length of [2, 3, 4]) {
          let args: unknown[] = [];
          const verify = (...given: AnyVerify[]) => {
            args = given;
            given.at(-1)?.(null, person);
          };
          Object.defineProperty(verify, 'length', { value: length });
          const strategy = new HiworksSSOStrategy(
            { path: '/menu/unguessable-in-this-test', ...menu.ssoOptions },
            verify as () => unknown,
          );
          const { pathname, search } = new URL(await menu.openMenu('1234567'));
          expect(userOf(await authenticate(strategy, get(pathname + search)))).to.equal(person);
          expect(args, String(length)).to.have.lengthOf(2);
          expect(args[0]).to.include({ provider: 'hiworks-sso', id: '1234567' });
        }
      } finally {
        await menu.close();
      }
    });

    it('refreshToken is undefined if Hiworks sent none', async () => {
      body = tokenBody({ refresh_token: null });
      expect(await argumentsOf(4)).to.have.property('1', undefined);
    });
  });

  describe('says it through done', () => {
    it('a user, with info or without', async () => {
      for (const [given, info] of [
        [[{ first: true }], { first: true }],
        [[], {}],
        [['welcome'], 'welcome'],
      ] as const) {
        const { outcome } = await signIn((_a, _r, _p, done) => done(null, person, ...given));
        expect(outcome).to.deep.equal({ kind: 'success', user: person, info });
      }
    });

    it('no user: a failure, with what it says handed on as it is', async () => {
      for (const nobody of [false, null, undefined, 0, '']) {
        for (const info of [{ message: '퇴사한 직원입니다' }, '퇴사한 직원입니다', undefined]) {
          const { outcome } = await signIn((_a, _r, _p, done) => done(null, nobody, info));
          expect(outcome).to.deep.equal({ kind: 'fail', info, status: undefined });
        }
      }
    });

    it('an error, also later than it returns', async () => {
      const broken = new Error('the database is down');
      expect(errorOf((await signIn((_a, _r, _p, done) => done(broken))).outcome)).to.equal(broken);
      const later = await signIn((_a, _r, _p, done) => {
        setImmediate(done, null, person);
      });
      expect(userOf(later.outcome)).to.equal(person);
    });
  });

  describe('says it by returning', () => {
    it('a promise of the user, whether it has a parameter for done or not', async () => {
      const forms: AnyVerify[] = [
        async () => person,
        async (_a, _r, _p) => person,
        async (_a, _r, _p, _done) => person,
      ];
      for (const verify of forms) {
        expect(userOf((await signIn(verify)).outcome)).to.equal(person);
      }
    });

    it('the user itself, if it has no parameter for done', async () => {
      const forms: [AnyVerify, object?][] = [
        [(_a) => person],
        [(_a, _r, _p) => person],
        [(_q, _a, _r, _p) => person, { passReqToCallback: true }],
      ];
      for (const [verify, options] of forms) {
        expect(userOf((await signIn(verify, options)).outcome)).to.equal(person);
      }
    });

    it('false or null, now or as a promise: a failure', async () => {
      for (const nobody of [false, null]) {
        for (const verify of [
          async () => nobody,
          (_a: unknown) => nobody,
          async (_a: unknown, _r: unknown) => nobody,
        ]) {
          const { outcome } = await signIn(verify);
          expect(outcome).to.deep.equal({ kind: 'fail', info: undefined, status: undefined });
        }
      }
    });

    it('nothing, now or as a promise, without a parameter for done: an error that says so', async () => {
      const forms: [AnyVerify, object?][] = [
        [(_a) => undefined],
        [(_a, _r, _p) => undefined],
        [async (_a, _r, _p) => undefined],
        [(_q, _a, _r, _p) => undefined, { passReqToCallback: true }],
      ];
      for (const [verify, options] of forms) {
        expect(errorOf((await signIn(verify, options)).outcome).message).to.include(
          '`verify` has no parameter for `done` and returned nothing',
        );
      }
    });

    it('a promise of nothing beside done: done counts, as NestJS has it', async () => {
      const forms: AnyVerify[] = [
        async (_a, _r, _p, done) => void setImmediate(done, null, person),
        async (...args) => void setImmediate(args.at(-1), null, person),
      ];
      for (const verify of forms) {
        expect(userOf((await signIn(verify)).outcome)).to.equal(person);
      }
    });

    it('something with a `then`: waited for without done, and not run a second time beside it', async () => {
      let runs = 0;
      const query = {
        // biome-ignore lint/suspicious/noThenProperty: what query builders are like
        then(resolve: (user: object) => void) {
          runs += 1;
          resolve(person);
        },
      };
      expect(userOf((await signIn((_a, _r, _p) => query)).outcome)).to.equal(person);
      expect(runs).to.equal(1);
      const other = { id: 2 };
      const beside = await signIn((_a, _r, _p, done) => {
        setImmediate(done, null, other);
        return query;
      });
      expect(userOf(beside.outcome)).to.equal(other);
      expect(runs).to.equal(1);
    });
  });

  it('what it throws or rejects with is an error, and one that says nothing lets nobody through', async () => {
    const broken = new Error('a mistake in verify');
    for (const verify of [
      () => Promise.reject(broken),
      (_a: unknown) => Promise.reject(broken),
      (_a: unknown, _r: unknown, _p: unknown, _done: unknown) => {
        throw broken;
      },
    ]) {
      expect(errorOf((await signIn(verify)).outcome)).to.equal(broken);
    }
    // Passport takes a falsy error for none, and goes on to the next handler.
    for (const reason of [undefined, null, '', 0, false]) {
      for (const verify of [
        () => Promise.reject(reason),
        () => {
          throw reason;
        },
      ]) {
        expect(errorOf((await signIn(verify)).outcome).message).to.equal(
          'Hiworks login: the application threw or rejected without an error',
        );
      }
    }
  });

  describe('whatever it does, exactly one outcome reaches Passport: the first', () => {
    const other = { id: 2 };
    const cases: Record<string, [AnyVerify, string]> = {
      'done twice': [
        (_a, _r, _p, done) => {
          done(null, person);
          done(null, other);
          done(new Error('late'));
        },
        'success',
      ],
      'done and a throw': [
        (_a, _r, _p, done) => {
          done(null, person);
          throw new Error('late');
        },
        'success',
      ],
      'done and a promise of somebody else': [
        async (_a, _r, _p, done) => {
          done(null, person);
          return other;
        },
        'success',
      ],
      'done and a rejection': [
        async (_a, _r, _p, done) => {
          done(null, person);
          throw new Error('late');
        },
        'success',
      ],
      'a refusal and then a user': [
        (_a, _r, _p, done) => {
          done(null, false);
          done(null, person);
        },
        'fail',
      ],
      'an error and then a user': [
        (_a, _r, _p, done) => {
          done(new Error('first'));
          done(null, person);
        },
        'error',
      ],
      'no parameter for done, which it calls all the same': [
        (...args) => {
          args.at(-1)(null, person);
          return other;
        },
        'success',
      ],
    };
    for (const [name, [verify, kind]] of Object.entries(cases)) {
      it(name, async () => {
        const { outcome, outcomes } = await signIn(verify);
        expect(outcomes).to.have.lengthOf(1);
        expect(outcome).to.have.property('kind', kind);
        expect((outcome as { user?: object }).user).to.equal(kind === 'success' ? person : undefined);
      });
    }
  });

  it('and its info gets the `state` of the application, without being written into', async () => {
    const cases: [user: object | false, info: unknown, expected: object][] = [
      [person, Object.freeze({ first: true }), { first: true, state: 'x' }],
      [person, 'welcome', { message: 'welcome', state: 'x' }],
      [person, undefined, { state: 'x' }],
      [false, Object.freeze({ message: '퇴사한 직원입니다' }), { message: '퇴사한 직원입니다', state: 'x' }],
      [false, '퇴사한 직원입니다', { message: '퇴사한 직원입니다', state: 'x' }],
      [false, undefined, { state: 'x' }],
    ];
    for (const [user, info, expected] of cases) {
      const strategy = make((_a, _r, _p, done) => done(null, user, info), { state: true });
      const session = {};
      const state = (await start(strategy, session, { state: 'x' })).searchParams.get('state');
      const back = get(`/auth/hiworks/callback?auth_code=${CODE}&state=${state}`, { session });
      expect(await authenticate(strategy, back)).to.have.deep.property('info', expected);
    }
  });

  it('and an info that cannot be read is an error of the login, however late it comes', async () => {
    const info = {
      get reason(): string {
        throw new Error('it is gone');
      },
    };
    const strategy = make((_a, _r, _p, done) => setImmediate(() => done(null, false, info)), { state: true });
    const session = {};
    const state = (await start(strategy, session, { state: 'x' })).searchParams.get('state');
    const back = get(`/auth/hiworks/callback?auth_code=${CODE}&state=${state}`, { session });
    expect(errorOf(await authenticate(strategy, back)).message).to.equal('it is gone');
  });

  for (const [name, promise] of [
    ['a promise of a user', () => Promise.resolve(person)],
    ['a promise that rejects', () => Promise.reject(new Error('too late'))],
    // biome-ignore lint/suspicious/noThenProperty: what query builders are
    ['a thenable', () => ({ then: () => undefined })],
  ] as const) {
    it(`verify that passes ${name} to done is an error that points out the missing await`, async () => {
      const { outcome } = await signIn((_a, _r, _p, done) => done(null, promise()));
      expect(errorOf(outcome).message).to.include('is an `await` missing?');
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
      const { outcome } = await signIn((_a, _r, _p, done) => done(null, user));
      expect(outcome.kind).to.equal('success');
    }
  });

  const offices: [office: string, allowed: string | string[]][] = [
    ['1231239', '123123'],
    ['123123', '1231239'],
    ['0123123', '123123'],
    ['123123', '0123123'],
    ['12312', ['123123', '456456']],
    ['1234567', '123123'],
    ['123123.0', '123123'],
    ['123123', 'constructor'],
  ];
  for (const [office, allowed] of offices) {
    it(`a user of office ${office} is refused if ${allowed} is allowed: the numbers are compared whole`, async () => {
      body = tokenBody({ office_no: office, user_no: '123123' });
      const { outcome } = await signIn((_a, _r, _p, done) => done(null, person), { allowedOffices: allowed });
      expect(failureOf(outcome).code).to.equal('office_not_allowed');
    });
  }

  it('is not called for a person of another office, who is refused with 403 before any profile request', async () => {
    let calls = 0;
    const verify = () => {
      calls += 1;
      return Promise.resolve(person);
    };
    const allowed = ['123123'];
    hiworks.requests.length = 0;
    for (const allowedOffices of ['123123', ['1', '123123'], allowed]) {
      userOf((await signIn(verify, { allowedOffices })).outcome);
    }
    const strategy = make(verify, { allowedOffices: allowed, fetchProfile: true, state: true });
    allowed.push('456456');
    body = tokenBody({ office_no: '456456' });
    const session = {};
    const state = (await start(strategy, session, { state: { returnTo: '/' } })).searchParams.get('state');
    const back = get(`/auth/hiworks/callback?auth_code=${CODE}&state=${state}`, { session });
    expect(failureOf(await authenticate(strategy, back))).to.deep.equal({
      message: 'Hiworks login failed: office 456456 is not one of allowedOffices',
      code: 'office_not_allowed',
      officeNo: '456456',
      state: { returnTo: '/' },
      status: 403,
    });
    expect(calls).to.equal(3);
    expect(hiworks.requests).to.have.lengthOf(4);
  });
});
