import crypto from 'node:crypto';
import { expect } from 'chai';
import type { HiworksStrategyOptions } from 'passport-hiworks';
import { freshCopy } from './support/fresh-copy.js';
import { CALLBACK_URL, CONNECT, CROSS_SITE, hiworksServers, MINUTE } from './support/hiworks.js';
import { authenticate, errorOf, failureOf, get, type Session, start, userOf } from './support/login.js';

const ERROR = `${CALLBACK_URL}?error=busy&msg=nope`;
const REFUSAL = `${CALLBACK_URL}?error=access_denied&msg=nope`;

/** The options of a start and of a callback that belong to different purposes. */
const OTHER_PURPOSES = [
  [{}, CONNECT],
  [CONNECT, {}],
  [CONNECT, { assignProperty: 'other' }],
] as const;

describe('Login CSRF protection by `state`', () => {
  const { servers, make, begin, end, tokenRequests } = hiworksServers();
  const realNow = Date.now;

  afterEach(() => {
    Date.now = realNow;
  });

  for (const state of [true, 'auto'] as const) {
    describe(`with state: ${state}, if Hiworks returns it`, () => {
      it(`state: ${state} lets several tabs log in, in any order, each with its own info.state`, async () => {
        const session: Session = {};
        const strategy = make('echoing', { state });
        const tabs = [];
        for (const tab of [0, 1, 2]) {
          tabs.push(await begin(strategy, session, { state: { tab } }));
        }
        for (const tab of [1, 2, 0]) {
          const outcome = await end(strategy, tabs[tab] as string, session);
          expect(outcome).to.have.deep.property('info', { state: { tab } });
        }
        expect(JSON.stringify(session), 'what is left').to.equal('{}');
      });

      it(`state: ${state} refuses a forged state, without using up the genuine login`, async () => {
        const session = {};
        const strategy = make('echoing', { state });
        const genuine = await begin(strategy, session);
        for (const forged of ['x', '', 'x'.repeat(32), '가'.repeat(32)]) {
          const url = new URL(genuine);
          url.searchParams.set('state', forged);
          const failure = failureOf(await end(strategy, url.href, session));
          expect(failure).to.include({ code: 'state_mismatch', status: 403 });
        }
        expect(tokenRequests()).to.equal(0);
        userOf(await end(strategy, genuine, session));
      });

      it(`state: ${state} accepts a callback once, and leaves other tabs alone`, async () => {
        const session = {};
        const strategy = make('echoing', { state });
        const other = await begin(strategy, session);
        const url = await begin(strategy, session);
        userOf(await end(strategy, url, session));
        expect(failureOf(await end(strategy, url, session)).code).to.equal('state_mismatch');
        userOf(await end(strategy, other, session));
      });

      it(`state: ${state} refuses the callback of another session`, async () => {
        const strategy = make('echoing', { state });
        const attackers = await begin(strategy, {});
        const victim = {};
        await begin(strategy, victim);
        for (const session of [victim, {}]) {
          const failure = failureOf(await end(strategy, attackers, session));
          expect(failure).to.include({ code: 'state_mismatch', status: 403 });
        }
        expect(tokenRequests()).to.equal(0);
      });

      it(`state: ${state} completes a login that was started from another site`, async () => {
        const session = {};
        const strategy = make('echoing', { state });
        userOf(await end(strategy, await begin(strategy, session, {}, CROSS_SITE), session));
      });

      it(`state: ${state} keeps a login for 10 minutes, to the millisecond`, async () => {
        const session = {};
        const strategy = make('echoing', { state });
        const started = realNow();
        Date.now = () => started;
        const [first, second] = [await begin(strategy, session), await begin(strategy, session)];
        Date.now = () => started + 10 * MINUTE;
        // The login is known; the code of the fake Hiworks has expired.
        expect(errorOf(await end(strategy, first, session)).code).to.equal('ERR');
        Date.now = () => started + 10 * MINUTE + 1;
        expect(failureOf(await end(strategy, second, session)).code).to.equal('state_mismatch');
        await begin(strategy, session);
        expect(Object.values(session)[0], 'pending').to.have.lengthOf(1);
      });

      it(`state: ${state} keeps signing in, connecting and each assignProperty apart`, async () => {
        const strategy = make('echoing', { state });
        for (const [started, ended] of OTHER_PURPOSES) {
          const session = {};
          const url = await begin(strategy, session, started);
          const requests = tokenRequests();
          const failure = failureOf(await end(strategy, url, session, ended));
          expect(failure).to.include({ code: 'state_mismatch', status: 403 });
          expect(failure.message).to.include('assignProperty');
          expect(tokenRequests()).to.equal(requests);
          userOf(await end(strategy, url, session, started));
        }
      });
    });
  }

  it('a handle is 24 random bytes, and never repeats', async () => {
    const strategy = make('echoing', { state: true });
    const seen = new Set<string | null>();
    for (let login = 0; login < 200; login++) {
      const state = (await start(strategy, {})).searchParams.get('state');
      expect(state).to.match(/^[\w-]{32}$/);
      seen.add(state);
    }
    expect(seen).to.have.lengthOf(200);
  });

  it('handles are compared in constant time', async () => {
    const strategy = make('echoing', { state: true });
    const session = {};
    const url = await begin(strategy, session);
    const { timingSafeEqual } = crypto;
    let comparisons = 0;
    try {
      crypto.timingSafeEqual = (...both) => {
        comparisons += 1;
        return timingSafeEqual(...both);
      };
      userOf(await end(strategy, url, session));
    } finally {
      crypto.timingSafeEqual = timingSafeEqual;
    }
    expect(comparisons).to.equal(1);
  });

  it('a subclass cannot replace the handle in `state` through authorizationParams', async () => {
    const strategy = make('echoing');
    strategy.authorizationParams = () => ({ state: 'my own', access_type: 'online' });
    const session = {};
    userOf(await end(strategy, await begin(strategy, session), session));
  });

  it("state: true refuses a callback without a state, and the message names 'auto'", async () => {
    const session = {};
    const strategy = make('silent', { state: true });
    const url = await begin(strategy, session);
    for (const callback of [url, ERROR]) {
      const failure = failureOf(await end(strategy, callback, session));
      expect(failure).to.include({ code: 'state_missing', status: 403 });
      expect(failure.message).to.include("'auto'");
    }
    expect(tokenRequests()).to.equal(0);
  });

  describe("state: 'auto', if Hiworks returns none", () => {
    it("state: 'auto' without a returned state completes the login that the user started, once", async () => {
      const session: Session = {};
      const strategy = make('silent');
      const url = await begin(strategy, session, { state: { returnTo: '/inbox' } });
      expect(new URL(url).searchParams.has('state')).to.equal(false);
      expect(await end(strategy, url, session)).to.have.deep.property('info', {
        state: { returnTo: '/inbox' },
      });
      const failure = failureOf(await end(strategy, url, session));
      expect(failure).to.include({ code: 'no_pending_login', status: 403 });
    });

    it("state: 'auto' without a returned state completes the newest of several, and removes the others", async () => {
      const session: Session = {};
      const strategy = make('silent');
      const urls = [];
      for (const tab of [0, 1, 2]) {
        urls.push(await begin(strategy, session, { state: { tab } }));
      }
      const outcome = await end(strategy, urls[0] as string, session);
      expect(outcome).to.have.deep.property('info', { state: { tab: 2 } });
      for (const url of urls.slice(1)) {
        expect(failureOf(await end(strategy, url, session)).code).to.equal('no_pending_login');
      }
      expect(JSON.stringify(session)).to.equal('{}');
    });

    it("state: 'auto' removes no login of another purpose or from another site with a finished one", async () => {
      const session: Session = {};
      const strategy = make('silent');
      await begin(strategy, session, {}, CROSS_SITE);
      const connect = await begin(strategy, session, CONNECT);
      userOf(await end(strategy, await begin(strategy, session), session));
      expect(Object.values(session)[0]).to.have.lengthOf(2);
      userOf(await end(strategy, connect, session, CONNECT));
    });

    it("state: 'auto' removes nothing when Hiworks refuses the code, or does not respond", async () => {
      const session: Session = {};
      const strategy = make('silent');
      const url = await begin(strategy, session);
      await begin(strategy, session);
      errorOf(await end(strategy, `${CALLBACK_URL}?auth_code=forged`, session));
      userOf(await end(strategy, url, session));
    });

    it("state: 'auto' refuses a foreign callback link if no login is pending", async () => {
      const strategy = make('silent');
      const attackers = await begin(strategy, {});
      const failure = failureOf(await end(strategy, attackers, {}));
      expect(failure).to.include({ code: 'no_pending_login', status: 403 });
      expect(tokenRequests()).to.equal(0);
    });

    it("state: 'auto' refuses a state that is returned but does not match", async () => {
      const session = {};
      const strategy = make('silent');
      const url = `${await begin(strategy, session)}&state=forged`;
      expect(failureOf(await end(strategy, url, session)).code).to.equal('state_mismatch');
    });

    it("state: 'auto' does not complete a login that was started from another site", async () => {
      const session: Session = {};
      const strategy = make('silent');
      const url = await begin(strategy, session, {}, CROSS_SITE);
      const failure = failureOf(await end(strategy, url, session));
      expect(failure).to.include({ code: 'begun_elsewhere', status: 403 });
      expect(failure.message).to.include('start again from a page of this application');
      expect(tokenRequests()).to.equal(0);

      await begin(strategy, session, { state: 'own' });
      await begin(strategy, session, { state: 'theirs' }, CROSS_SITE);
      expect(await end(strategy, url, session)).to.have.deep.property('info', { state: 'own' });
    });

    for (const site of ['same-origin', 'same-site', 'none', undefined]) {
      it(`state: 'auto' takes a start with Sec-Fetch-Site ${site} for the user's own`, async () => {
        const session = {};
        const strategy = make('silent');
        const headers: Record<string, string> = site ? { 'sec-fetch-site': site } : {};
        userOf(await end(strategy, await begin(strategy, session, {}, headers), session));
      });
    }

    for (const site of ['same-origin', 'same-site', undefined]) {
      it(`state: 'auto' lets a start with Sec-Fetch-Site ${site} connect an account`, async () => {
        const session = {};
        const strategy = make('silent');
        const headers: Record<string, string> = site ? { 'sec-fetch-site': site } : {};
        userOf(await end(strategy, await begin(strategy, session, CONNECT, headers), session, CONNECT));
      });
    }

    for (const site of ['none', 'cross-site', 'unknown']) {
      it(`state: 'auto' does not let a start with Sec-Fetch-Site ${site} connect an account`, async () => {
        const session = {};
        const strategy = make('silent');
        const url = await begin(strategy, session, CONNECT, { 'sec-fetch-site': site });
        expect(failureOf(await end(strategy, url, session, CONNECT)).code).to.equal('begun_elsewhere');
      });
    }

    it("state: 'auto' keeps signing in, connecting and each assignProperty apart", async () => {
      const strategy = make('silent');
      for (const [started, ended] of OTHER_PURPOSES) {
        const session = {};
        const url = await begin(strategy, session, started);
        expect(failureOf(await end(strategy, url, session, ended)).code).to.equal('state_mismatch');
        userOf(await end(strategy, url, session, started));
      }
      expect(tokenRequests()).to.equal(3);
    });
  });

  describe('an error callback', () => {
    for (const [server, state] of [
      ['silent', 'auto'],
      ['echoing', 'auto'],
      ['echoing', true],
    ] as const) {
      it(`an error removes no login; a refusal removes its own and has its info.state (${server}, ${state})`, async () => {
        const session: Session = {};
        const strategy = make(server, { state });
        const url = await begin(strategy, session, { state: { returnTo: '/' } });
        const returned = new URL(url).searchParams.get('state');
        const suffix = returned ? `&state=${returned}` : '';
        const error = errorOf(await end(strategy, ERROR + suffix, session));
        expect(error.message).to.equal(
          "Hiworks' callback carried an error (busy): nope (try again later, and check the client at Hiworks)",
        );
        expect(error).to.have.property('description', returned ? 'nope' : undefined);
        expect(failureOf(await end(strategy, REFUSAL + suffix, session))).to.deep.equal({
          message: 'Hiworks login failed: the user denied access at Hiworks: nope',
          code: 'access_denied',
          state: { returnTo: '/' },
          status: undefined,
        });
        expect(JSON.stringify(session)).to.equal('{}');
        failureOf(await end(strategy, url, session));
        expect(tokenRequests()).to.equal(0);
      });
    }

    it('a refusal without a returned state removes every login of its purpose that the user started', async () => {
      const session: Session = {};
      const strategy = make('silent');
      await begin(strategy, session);
      const url = await begin(strategy, session);
      const connect = await begin(strategy, session, CONNECT);
      expect(failureOf(await end(strategy, REFUSAL, session)).code).to.equal('access_denied');
      expect(failureOf(await end(strategy, url, session)).code).to.equal('state_mismatch');
      userOf(await end(strategy, connect, session, CONNECT));
    });

    it('a refusal with a returned state removes no login of another tab', async () => {
      const session: Session = {};
      const strategy = make('echoing');
      const other = await begin(strategy, session);
      const refused = new URL(await begin(strategy, session)).searchParams.get('state');
      failureOf(await end(strategy, `${REFUSAL}&state=${refused}`, session));
      userOf(await end(strategy, other, session));
    });

    it('an error is shown while the code of its login is being exchanged', async () => {
      const session: Session = {};
      const strategy = make('silent');
      const url = await begin(strategy, session);
      const [login, error] = await Promise.all([end(strategy, url, session), end(strategy, ERROR, session)]);
      userOf(login);
      expect(errorOf(error).code).to.equal('busy');
    });

    it('an error callback that belongs to no login fails without its text', async () => {
      const pending: Session = {};
      const elsewhere: Session = {};
      const connecting: Session = {};
      await begin(make('silent'), pending);
      await begin(make('silent'), elsewhere, {}, CROSS_SITE);
      await begin(make('silent'), connecting, CONNECT);
      const cases: [query: string, session: Session, state: 'auto' | true, code: string][] = [
        ['', {}, 'auto', 'no_pending_login'],
        ['&state=forged', {}, 'auto', 'state_mismatch'],
        ['&state=forged', pending, 'auto', 'state_mismatch'],
        ['&state=forged', pending, true, 'state_mismatch'],
        ['', pending, true, 'state_missing'],
        ['', elsewhere, 'auto', 'begun_elsewhere'],
        ['', connecting, 'auto', 'state_mismatch'],
      ];
      for (const url of [REFUSAL, ERROR, `${CALLBACK_URL}?code=ERR&msg=nope`]) {
        for (const [more, session, state, code] of cases) {
          const failure = failureOf(await end(make('silent', { state }), url + more, session));
          expect(failure).to.include({ code, status: 403 });
          expect(failure.message).to.not.include('nope');
        }
      }
    });
  });

  describe('state: false', () => {
    it('state: false stores nothing in a session, and checks nothing', async () => {
      const strategy = make('silent', { state: false });
      const session = Object.freeze({});
      const location = await start(strategy, session, { state: { returnTo: '/' } });
      expect(location.searchParams.has('state')).to.equal(false);
      userOf(await end(strategy, `${await begin(strategy, session)}&state=anything`, session));
    });

    it('state: false sends a string state as it is', async () => {
      const location = await start(make('silent', { state: false }), undefined, { state: 'my own' });
      expect(location.searchParams.get('state')).to.equal('my own');
    });

    it('state: false reports the text of an error callback in the message only', async () => {
      const error = errorOf(
        await authenticate(make('silent', { state: false }), get('/cb?error=busy&msg=nope')),
      );
      expect(error.message).to.include('nope');
      expect(error).to.have.property('description', undefined);
    });
  });

  it("a process warns once, under 'auto' and after a successful token request, that Hiworks returns state", async () => {
    // A copy of its own, since other tests have used up the warning.
    const { HiworksStrategy } = freshCopy<typeof import('passport-hiworks')>('passport-hiworks');
    const warnings: unknown[] = [];
    const onWarning = (warning: Error & { code?: string }) => warnings.push(warning.code);
    async function warningsOf(
      name: 'silent' | 'echoing',
      state: HiworksStrategyOptions['state'],
      code?: string,
    ) {
      const copy = new HiworksStrategy(
        { ...servers[name].options, callbackURL: CALLBACK_URL, state },
        (_accessToken, _refreshToken, profile, done) => done(null, profile),
      );
      const session: Session = {};
      const url = new URL(await begin(copy, session));
      if (code) {
        url.searchParams.set('auth_code', code);
      }
      warnings.length = 0;
      const { kind } = await end(copy, url.href, session);
      expect(kind).to.equal(code ? 'error' : 'success');
      // Warnings are emitted a turn later.
      await new Promise((resolve) => setImmediate(resolve));
      return [...warnings];
    }

    process.on('warning', onWarning);
    try {
      expect(await warningsOf('silent', 'auto'), 'not returned').to.deep.equal([]);
      expect(await warningsOf('echoing', true), 'state: true').to.deep.equal([]);
      expect(await warningsOf('echoing', 'auto', 'wrong-code'), 'refused').to.deep.equal([]);
      expect(await warningsOf('echoing', 'auto'), 'returned').to.deep.equal(['HIWORKS_STATE_RETURNED']);
      expect(await warningsOf('echoing', 'auto'), 'again').to.deep.equal([]);
    } finally {
      process.off('warning', onWarning);
    }
  });
});
