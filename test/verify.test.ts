import { expect } from 'chai';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import { authenticate, callback, type FakeRequest, get, type Outcome } from './support/login.js';

const callbackURL = 'https://app.example.com/cb';
const person = { id: 1 };

// biome-ignore lint/suspicious/noExplicitAny: every form that JavaScript allows is tried here
type AnyVerify = (...args: any[]) => unknown;

describe('verify, which says who the person is', () => {
  let hiworks: HiworksServer;

  before(async () => {
    hiworks = await createHiworksServer({ callbackURL, signInAs: '1234567' });
  });
  after(() => hiworks.close());

  /** A login up to the outcome; `outcomes` are all that Passport ever heard of it. */
  async function signIn(
    verify: AnyVerify,
    options: object = {},
  ): Promise<{ outcome: Outcome; outcomes: Outcome[]; request: FakeRequest }> {
    const all = { ...hiworks.options, callbackURL, accessType: 'offline', state: false, ...options };
    const strategy = new HiworksStrategy(all as HiworksStrategyOptions, verify);
    const { location } = (await authenticate(strategy, get('/'))) as { location: URL };
    const request = callback(await hiworks.signIn(location.href, '1234567'));
    const outcomes: Outcome[] = [];
    const outcome = await authenticate(strategy, request, {}, 'name', outcomes);
    // What is said later than the first word would arrive within these turns.
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    return { outcome, outcomes, request };
  }

  describe('is called by its number of parameters', () => {
    const isToken = /^[a-z0-9]{32}$/;

    function expectShort(args: unknown[]): void {
      const [accessToken, refreshToken, profile, done, ...more] = args;
      expect(accessToken).to.match(isToken);
      expect(refreshToken).to.match(isToken);
      expect(profile).to.include({ provider: 'hiworks', id: '1234567' });
      expect(done).to.be.a('function');
      expect(more).to.be.empty;
    }

    function expectLong(args: unknown[]): void {
      const [accessToken, refreshToken, params, profile, done] = args;
      expectShort([accessToken, refreshToken, profile, done]);
      expect(params).to.deep.equal({ access_token: accessToken, office_no: '123123', user_no: '1234567' });
    }

    async function argumentsOf(
      length: number,
      options: object = {},
    ): Promise<{ args: unknown[]; request: FakeRequest }> {
      let args: unknown[] = [];
      const verify = Object.defineProperty(
        (...given: unknown[]) => {
          args = given;
          (given.at(-1) as (error: null, user: object) => void)(null, person);
        },
        'length',
        { value: length },
      );
      const { outcome, request } = await signIn(verify, options);
      expect(outcome).to.have.property('kind', 'success');
      return { args, request };
    }

    it('4: accessToken, refreshToken, profile, done', async () => {
      expectShort((await argumentsOf(4)).args);
    });

    it('5: accessToken, refreshToken, params, profile, done', async () => {
      expectLong((await argumentsOf(5)).args);
    });

    it('any other: without params, done last', async () => {
      for (const length of [0, 1, 2, 3, 6, 7]) {
        expectShort((await argumentsOf(length)).args);
      }
    });

    it('5 with passReqToCallback: req, accessToken, refreshToken, profile, done', async () => {
      const { args, request } = await argumentsOf(5, { passReqToCallback: true });
      expect(args[0]).to.equal(request);
      expectShort(args.slice(1));
    });

    it('6 with passReqToCallback: req, accessToken, refreshToken, params, profile, done', async () => {
      const { args, request } = await argumentsOf(6, { passReqToCallback: true });
      expect(args[0]).to.equal(request);
      expectLong(args.slice(1));
    });

    it('any other with passReqToCallback: without params, done last', async () => {
      for (const length of [0, 4, 7]) {
        const { args, request } = await argumentsOf(length, { passReqToCallback: true });
        expect(args[0]).to.equal(request);
        expectShort(args.slice(1));
      }
    });
  });

  describe('says it through done', () => {
    it('a user, with info or without', async () => {
      const { outcome } = await signIn((_a, _r, _p, done) => done(null, person, { first: true }));
      expect(outcome).to.deep.equal({ kind: 'success', user: person, info: { first: true } });
      const { outcome: plain } = await signIn((_a, _r, _p, done) => done(null, person));
      expect(plain).to.deep.equal({ kind: 'success', user: person, info: {} });
      const { outcome: word } = await signIn((_a, _r, _p, done) => done(null, person, 'welcome'));
      expect(word).to.deep.equal({ kind: 'success', user: person, info: 'welcome' });
    });

    it('no user: a failure with what it says', async () => {
      for (const nobody of [false, null, undefined]) {
        const { outcome } = await signIn((_a, _r, _p, done) =>
          done(null, nobody, { message: '퇴사한 직원입니다' }),
        );
        expect(outcome).to.deep.equal({
          kind: 'fail',
          info: { message: '퇴사한 직원입니다' },
          status: undefined,
        });
      }
    });

    it('an error', async () => {
      const error = new Error('the database is down');
      expect((await signIn((_a, _r, _p, done) => done(error))).outcome).to.have.property('error', error);
    });

    it('later than it returns', async () => {
      const { outcome } = await signIn((_a, _r, _p, done) => {
        setImmediate(() => done(null, person));
      });
      expect(outcome).to.have.property('user', person);
    });
  });

  it('a throw is an error', async () => {
    const error = new Error('a mistake in verify');
    const { outcome } = await signIn((_a, _r, _p, _done) => {
      throw error;
    });
    expect(outcome).to.have.property('error', error);
  });

  describe('returns a promise', () => {
    it('of the user', async () => {
      expect((await signIn(async () => person)).outcome).to.have.property('user', person);
      expect((await signIn(async (_a, _r, _p) => person)).outcome).to.have.property('user', person);
    });

    it('of false, null or, where it takes no done, of nothing: a failure', async () => {
      for (const nobody of [false, null, undefined]) {
        const { outcome } = await signIn(async (_a, _r, _p) => nobody);
        expect(outcome).to.deep.equal({ kind: 'fail', info: undefined, status: undefined });
      }
    });

    it('that rejects: an error', async () => {
      const error = new Error('the database is down');
      const { outcome } = await signIn(async (_a, _r, _p, _done) => {
        throw error;
      });
      expect(outcome).to.have.property('error', error);
    });

    it('that rejects without a reason: an error still, since Passport would go on as if nothing had happened', async () => {
      for (const reason of [undefined, null, '']) {
        const { outcome } = await signIn(() => Promise.reject(reason));
        expect(outcome).to.have.nested.property('error.message').that.includes('without saying why');
      }
    });

    it('of nothing, with done still to come: done counts', async () => {
      const { outcome } = await signIn(async (_a, _r, _p, done) => {
        setImmediate(() => done(null, person));
      });
      expect(outcome).to.have.property('user', person);
      const { outcome: rest } = await signIn(async (...args) => {
        setImmediate(() => args.at(-1)(null, person));
      });
      expect(rest).to.have.property('user', person);
    });

    it('that is none of the language, but has a then', async () => {
      // biome-ignore lint/suspicious/noThenProperty: what older promise libraries are like
      const thenable = { then: (resolve: (user: object) => void) => resolve(person) };
      expect((await signIn((_a, _r, _p) => thenable)).outcome).to.have.property('user', person);
    });

    it('what is returned without a then is nobody: done counts', async () => {
      for (const returned of [{ not: 'the user' }, null]) {
        const { outcome } = await signIn((_accessToken, ...rest) => {
          setImmediate(() => rest.at(-1)(null, person));
          return returned;
        });
        expect(outcome).to.have.property('user', person);
      }
    });

    it('a query builder returned beside done is not run a second time', async () => {
      let runs = 0;
      const builder = {
        // biome-ignore lint/suspicious/noThenProperty: what query builders are like
        then: () => {
          runs += 1;
        },
      };
      const { outcome } = await signIn((_a, _r, _p, done) => {
        done(null, person);
        return builder;
      });
      expect(outcome).to.have.property('user', person);
      expect(runs).to.equal(0);
    });
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
      'done and a promise of nothing, as NestJS does': [
        async (...args) => {
          args.at(-1)(null, person);
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
    };
    for (const [name, [verify, kind]] of Object.entries(cases)) {
      it(name, async () => {
        const { outcome, outcomes } = await signIn(verify);
        expect(outcomes).to.have.length(1);
        expect(outcome).to.have.property('kind', kind);
        if (kind === 'success') {
          expect(outcome).to.have.property('user', person);
        }
      });
    }
  });

  describe('and its info', () => {
    it('is not written into, where the application state is added', async () => {
      const info = Object.freeze({ first: true });
      const session = {};
      const strategy = new HiworksStrategy({ ...hiworks.options, callbackURL }, (_a, _r, _p, done) =>
        done(null, person, info),
      );
      const { location } = (await authenticate(strategy, get('/', { session }), { state: { tab: 1 } })) as {
        location: URL;
      };
      const url = await hiworks.signIn(location.href, '1234567');
      expect(await authenticate(strategy, callback(url, { session }))).to.deep.include({
        info: { first: true, state: { tab: 1 } },
      });
    });

    it('may be a word beside the application state', async () => {
      const session = {};
      const verify: AnyVerify = (_a, _r, _p, done) => done(null, person, 'welcome');
      const strategy = new HiworksStrategy({ ...hiworks.options, callbackURL }, verify);
      const { location } = (await authenticate(strategy, get('/', { session }), { state: 'x' })) as {
        location: URL;
      };
      const url = await hiworks.signIn(location.href, '1234567');
      expect(await authenticate(strategy, callback(url, { session }))).to.deep.include({
        info: { message: 'welcome', state: 'x' },
      });
    });
  });
});
