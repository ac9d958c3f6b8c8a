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

describe("A state store of the application's own", () => {
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

  it('is called by the number of its parameters, as in passport-oauth2', async () => {
    const state = { returnTo: '/inbox' };
    const { clientID, baseURL } = hiworks.options;
    const authorizationURL = `${baseURL}/open/auth/authform`;
    const tokenURL = `${baseURL}/open/auth/accesstoken`;
    const meta = { authorizationURL, tokenURL, clientID, callbackURL };
    const session: Session = {};
    const before = [[], [meta], [state, meta], [undefined, state, meta]];
    for (const [index, expected] of before.entries()) {
      for (const verifyLength of [3, 4, 7]) {
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
        Object.defineProperty(store.store, 'length', { value: index + 2 });
        Object.defineProperty(store.verify, 'length', { value: verifyLength });
        const outcome = await signIn(make(store), hiworks, { session, options: { state } });
        expect(userOf(outcome).id).to.equal('1234567');
        expect(outcome).to.have.deep.property('info', { state: 'kept by the store' });
        const [stored = [], verified = []] = seen;
        expect(stored.slice(1, -1), `store of length ${index + 2}`).to.deep.equal(expected);
        const more = verifyLength === 4 ? [meta] : [];
        expect(verified.slice(1, -1)).to.deep.equal(['handle-of-the-store', ...more]);
        for (const [request] of seen) {
          expect(request).to.have.property('session', session);
        }
      }
    }
    expect(session, 'nothing of our own is kept').to.deep.equal({});
  });

  it('of any other length gets what the shortest gets', async () => {
    for (const length of [0, 1, 6]) {
      let seen: unknown[] = [];
      const store = {
        store(...args: unknown[]) {
          seen = args;
          (args.at(-1) as Done)();
        },
        verify() {},
      };
      Object.defineProperty(store.store, 'length', { value: length });
      const location = await start(make(store));
      expect(seen).to.have.lengthOf(2);
      expect(location.searchParams.has('state'), 'it gave no handle').to.equal(false);
    }
  });

  it('is not asked to keep a string `state`, which goes out as it is', async () => {
    const store = { store: () => expect.fail('it was asked'), verify: () => undefined };
    const location = await start(make(store), undefined, { state: 'my own' });
    expect(location.searchParams.get('state')).to.equal('my own');
  });

  it('decides: what it does not know is refused, with its own reason if it gives one', async () => {
    const refusing = (info?: object) => ({
      store: (_req: unknown, done: Done) => done(null, 'handle'),
      verify: (_req: unknown, _state: string, done: Done) => done(null, false, info),
    });
    for (const [info, expected] of [
      [undefined, {}],
      [{ message: 'Unable to verify' }, { message: 'Unable to verify' }],
      [{ reason: 'expired' }, { reason: 'expired' }],
    ] as const) {
      expect(
        failureOf(await authenticate(make(refusing(info)), get('/cb?auth_code=abc&state=forged'))),
      ).to.deep.equal({
        message: 'Hiworks login failed: the state store knows no login that this callback belongs to',
        code: 'state_mismatch',
        status: 403,
        ...expected,
      });
    }
    expect(hiworks.requests).to.deep.equal([]);
  });

  it('gets `undefined` for a state that did not come back', async () => {
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

  it('may fail by its callback, by a throw or as a promise, at both ends: an error', async () => {
    const broken = new Error('the store is down');
    const fail = () => {
      throw broken;
    };
    const viaDone = (...args: unknown[]) => (args.at(-1) as Done)(broken);
    for (const failing of [fail, viaDone, async () => fail()]) {
      const store = {
        store: (_req: unknown, done: Done) => failing(done),
        verify: (_req: unknown, _state: string, done: Done) => failing(done),
      };
      expect(errorOf(await authenticate(make(store), get('/')))).to.equal(broken);
      expect(errorOf(await authenticate(make(store), get('/cb?auth_code=abc')))).to.equal(broken);
    }
  });

  it('leads to one outcome, even if it calls back twice, or throws after it has', async () => {
    const calls: ((done: Done) => void)[] = [
      (done) => {
        done(null, 'handle');
        done(null, false);
        done(new Error('third'));
      },
      (done) => {
        done(null, 'handle');
        throw new Error('late');
      },
      (done) => {
        setImmediate(() => {
          done(null, 'handle');
          done(new Error('second'));
        });
      },
    ];
    for (const call of calls) {
      const strategy = make({
        store: (_req: unknown, done: Done) => call(done),
        verify: (_req: unknown, _state: string, done: Done) => call(done),
      });
      const started: Outcome[] = [];
      const ended: Outcome[] = [];
      const { location } = (await authenticate(strategy, get('/'), {}, 'name', started)) as { location: URL };
      const url = await hiworks.signIn(location.href, '1234567');
      await authenticate(strategy, callback(url), {}, 'name', ended);
      await new Promise((resolve) => setImmediate(resolve));
      expect([...started, ...ended].map(({ kind }) => kind)).to.deep.equal(['redirect', 'success']);
    }
    expect(hiworks.requests.filter(({ endpoint }) => endpoint === 'token')).to.have.lengthOf(calls.length);
  });
});
