import { expect } from 'chai';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import {
  authenticate,
  callback,
  errorOf,
  failureOf,
  get,
  type Outcome,
  type Session,
  signIn,
  start,
  userOf,
} from './support/login.js';

const callbackURL = 'https://app.example.com/cb';

type Done = (error?: unknown, ...values: unknown[]) => void;

describe('A custom state store', () => {
  let hiworks: HiworksServer;

  before(async () => {
    hiworks = await createHiworksServer({ callbackURL, signInAs: '1234567', echoState: true });
  });
  after(() => hiworks.close());
  beforeEach(() => {
    hiworks.requests.length = 0;
  });

  type Store = NonNullable<HiworksStrategyOptions['store']>;
  const make = (store: Store, options: Partial<HiworksStrategyOptions> = {}) =>
    new HiworksStrategy(
      { ...hiworks.options, callbackURL, store, ...options } as HiworksStrategyOptions,
      (_accessToken, _refreshToken, profile, done) => done(null, profile),
    );

  describe('the arguments of its methods', () => {
    const state = { returnTo: '/inbox' };
    const meta = () => {
      const { clientID, baseURL } = hiworks.options;
      const authorizationURL = `${baseURL}/open/auth/authform`;
      const tokenURL = `${baseURL}/open/auth/accesstoken`;
      return { authorizationURL, tokenURL, clientID, callbackURL };
    };

    /** The arguments of a store whose methods have these lengths, between the request and the callback. */
    async function argumentsOf(storeLength: number, verifyLength: number) {
      const session: Session = {};
      const seen: unknown[][] = [];
      const store = {
        store(...args: unknown[]) {
          seen.push(args);
          (args.at(-1) as Done)(null, 'handle-of-the-store');
        },
        verify(...args: unknown[]) {
          seen.push(args);
          (args.at(-1) as Done)(null, true, 'kept by the store');
        },
      };
      Object.defineProperty(store.store, 'length', { value: storeLength });
      Object.defineProperty(store.verify, 'length', { value: verifyLength });
      const outcome = await signIn(make(store), hiworks, { session, options: { state } });
      expect(userOf(outcome).id).to.equal('1234567');
      expect(outcome).to.have.deep.property('info', { state: 'kept by the store' });
      expect(seen).to.have.lengthOf(2);
      for (const [request] of seen) {
        expect(request).to.have.property('session', session);
      }
      expect(session, 'nothing else is stored').to.deep.equal({});
      return seen.map((args) => args.slice(1, -1));
    }

    for (const [length, names, expected] of [
      [2, 'req', () => []],
      [3, 'req, meta', () => [meta()]],
      [4, 'req, state, meta', () => [state, meta()]],
      [5, 'req, verifier, state, meta', () => [undefined, state, meta()]],
      [0, 'req', () => []],
      [1, 'req', () => []],
      [6, 'req', () => []],
    ] as [length: number, names: string, expected: () => unknown[]][]) {
      it(`a store whose \`store\` has ${length} parameters is called with (${names}, callback), as in passport-oauth2`, async () => {
        const [stored] = await argumentsOf(length, 3);
        expect(stored).to.deep.equal(expected());
      });
    }

    for (const length of [3, 4, 7]) {
      const names = length === 4 ? 'req, state, meta' : 'req, state';
      it(`a store whose \`verify\` has ${length} parameters is called with (${names}, callback)`, async () => {
        const [, verified] = await argumentsOf(2, length);
        expect(verified).to.deep.equal(['handle-of-the-store', ...(length === 4 ? [meta()] : [])]);
      });
    }
  });

  it('the methods of a store are called on the store, which may be an instance of a class', async () => {
    class MemoryStore {
      private readonly handles = new Set<string>();
      store(_req: unknown, done: Done) {
        this.handles.add('handle');
        done(null, 'handle');
      }
      verify(_req: unknown, state: string, done: Done) {
        done(null, this.handles.delete(state));
      }
    }
    userOf(await signIn(make(new MemoryStore()), hiworks));
  });

  it('a store that gives no handle sends no state', async () => {
    const store = { store: (_req: unknown, done: Done) => done(), verify: () => undefined };
    expect((await start(make(store))).searchParams.has('state')).to.equal(false);
  });

  it('a string `state` of authenticate is sent as it is, without a call of the store', async () => {
    const store = { store: () => expect.fail('the store was called'), verify: () => undefined };
    const location = await start(make(store), undefined, { state: 'my own' });
    expect(location.searchParams.get('state')).to.equal('my own');
  });

  it('an empty string `state` of authenticate is kept by the store', async () => {
    const store = { store: (_req: unknown, done: Done) => done(null, 'handle'), verify: () => undefined };
    const location = await start(make(store), undefined, { state: '' });
    expect(location.searchParams.get('state')).to.equal('handle');
  });

  for (const [what, info, expected] of [
    ['nothing', undefined, {}],
    ['a message', { message: 'Unable to verify' }, { message: 'Unable to verify' }],
    ['other members', { reason: 'expired' }, { reason: 'expired' }],
  ] as const) {
    it(`a store that does not know the login and gives ${what} fails it: state_mismatch, 403`, async () => {
      const store = {
        store: (_req: unknown, done: Done) => done(null, 'handle'),
        verify: (_req: unknown, _state: string, done: Done) => done(null, false, info),
      };
      const outcome = await authenticate(make(store), get('/cb?auth_code=abc&state=forged'));
      const failure = failureOf(outcome);
      expect(failure).to.include({ code: 'state_mismatch', status: 403, ...expected });
      expect(failure.message).to.be.a('string');
      expect(hiworks.requests).to.deep.equal([]);
    });
  }

  it('`verify` of a store gets undefined for a state that did not come back', async () => {
    let seen: unknown = 'nothing';
    const store = {
      store: () => undefined,
      verify(_req: unknown, state: unknown, done: Done) {
        seen = state;
        done(null, false);
      },
    };
    failureOf(await authenticate(make(store), get('/cb?auth_code=abc')));
    expect(seen).to.equal(undefined);
  });

  const broken = new Error('the store is down');
  const failures: [how: string, fail: (...args: unknown[]) => unknown][] = [
    ['calls back with', (...args) => (args.at(-1) as Done)(broken)],
    [
      'throws',
      () => {
        throw broken;
      },
    ],
    ['rejects with', () => Promise.reject(broken)],
  ];
  for (const [how, fail] of failures) {
    it(`an error that a store ${how} is the error of the login, at the start and at the callback`, async () => {
      const store = {
        store: (_req: unknown, done: Done) => fail(done),
        verify: (_req: unknown, _state: string, done: Done) => fail(done),
      };
      expect(errorOf(await authenticate(make(store), get('/')))).to.equal(broken);
      expect(errorOf(await authenticate(make(store), get('/cb?auth_code=abc')))).to.equal(broken);
    });
  }

  const repeated: [how: string, call: (done: Done) => void][] = [
    [
      'calls back three times',
      (done) => {
        done(null, 'handle');
        done(null, false);
        done(new Error('third'));
      },
    ],
    [
      'throws after it has called back',
      (done) => {
        done(null, 'handle');
        throw new Error('late');
      },
    ],
    [
      'calls back later, twice',
      (done) => {
        setImmediate(() => {
          done(null, 'handle');
          done(new Error('second'));
        });
      },
    ],
  ];
  for (const [how, call] of repeated) {
    it(`a store that ${how} leads to one outcome`, async () => {
      const strategy = make({
        store: (_req: unknown, done: Done) => call(done),
        verify: (_req: unknown, _state: string, done: Done) => call(done),
      });
      const outcomes: Outcome[] = [];
      const { location } = (await authenticate(strategy, get('/'), {}, 'name', outcomes)) as {
        location: URL;
      };
      const url = await hiworks.signIn(location.href, '1234567');
      await authenticate(strategy, callback(url), {}, 'name', outcomes);
      // Any second outcome comes within this turn.
      await new Promise((resolve) => setImmediate(resolve));
      expect(outcomes.map(({ kind }) => kind)).to.deep.equal(['redirect', 'success']);
      expect(hiworks.requests.filter(({ endpoint }) => endpoint === 'token')).to.have.lengthOf(1);
    });
  }

  it('a store that refuses with a text, or with a code of its own, fails the login with the documented code', async () => {
    for (const info of ['expired', { message: 'expired', code: 'E_STATE' }]) {
      const store = {
        store: (_request: unknown, done: Done) => done(null, 'handle'),
        verify: (_request: unknown, _handle: unknown, done: Done) => done(null, false, info),
      };
      expect(failureOf(await authenticate(make(store), get('/cb?auth_code=abc&state=forged')))).to.deep.equal(
        { message: 'expired', code: 'state_mismatch', status: 403 },
      );
    }
  });
});
