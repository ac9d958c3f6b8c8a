import { EventEmitter, once } from 'node:events';
import { expect } from 'chai';
import { SharedExchanges } from '../dist/login/shared-exchanges.js';
import { hiworksServers, MINUTE } from './support/hiworks.js';
import { errorOf, type Outcome, type Session, userOf } from './support/login.js';

describe('A repeated callback', () => {
  const { servers, make, begin, end, tokenRequests } = hiworksServers();

  for (const name of ['silent', 'echoing'] as const) {
    for (const kept of ['one session object', 'copies, as session stores make them'] as const) {
      it(`a repeated callback shares the token request of the first while that is processed (${name}; ${kept})`, async () => {
        const session: Session = {};
        const verified: string[] = [];
        const strategy = make(name, {}, (accessToken, _refreshToken, profile, done) => {
          verified.push(accessToken);
          setImmediate(done, null, profile);
        });
        const url = await begin(strategy, session, { state: 'x' });
        const sessions = [1, 2, 3].map(() =>
          kept === 'one session object' ? session : structuredClone(session),
        );
        for (const outcome of await Promise.all(sessions.map((each) => end(strategy, url, each)))) {
          expect(userOf(outcome).id).to.equal('1234567');
          expect(outcome).to.have.deep.property('info', { state: 'x' });
        }
        expect(tokenRequests()).to.equal(1);
        expect(verified, 'verify is called for each').to.have.lengthOf(3);
        expect(new Set(verified).size, 'access tokens').to.equal(1);
        for (const each of sessions) {
          expect(JSON.stringify(each)).to.equal('{}');
        }
      });
    }

    it(`a repeated callback with another code for the same login shares it as well: a double click gives two codes (${name})`, async () => {
      const session: Session = {};
      const strategy = make(name);
      const url = await begin(strategy, session);
      const second = new URL(url);
      second.searchParams.set('auth_code', 'another');
      const sessions = [structuredClone(session), structuredClone(session)];
      const outcomes = await Promise.all([
        end(strategy, url, sessions[0] as Session),
        end(strategy, second.href, sessions[1] as Session),
      ]);
      outcomes.forEach(userOf);
      expect(tokenRequests()).to.equal(1);
    });
  }

  it('a callback repeated while verify of the first is running shares its token request', async () => {
    const session: Session = {};
    const events = new EventEmitter();
    const running = once(events, 'running');
    const finished = once(events, 'finished');
    let calls = 0;
    const strategy = make('echoing', {}, (_accessToken, _refreshToken, profile, done) => {
      calls += 1;
      events.emit('running');
      (calls === 1 ? finished : Promise.resolve()).then(() => done(null, profile));
    });
    const url = await begin(strategy, session);
    const copy = structuredClone(session);
    const first = end(strategy, url, session);
    await running;
    userOf(await end(strategy, url, copy));
    events.emit('finished');
    userOf(await first);
    expect(tokenRequests()).to.equal(1);
  });

  it('a repeated callback shares the refusal of the first as well, and a later one sends another request', async () => {
    const session: Session = {};
    const strategy = make('echoing');
    const url = await begin(strategy, session);
    servers.echoing.fail('token', { code: 'ERR', msg: '점검 중' });
    for (const outcome of await Promise.all([end(strategy, url, session), end(strategy, url, session)])) {
      expect(errorOf(outcome).code).to.equal('ERR');
    }
    expect(tokenRequests()).to.equal(1);
    userOf(await end(strategy, url, session));
    expect(tokenRequests()).to.equal(2);
  });

  it('a repeated callback with another code is not refused with the first: that code may be forged, or replaced by the second', async () => {
    const session: Session = {};
    const strategy = make('silent');
    const url = await begin(strategy, session);
    const forged = new URL(url);
    forged.searchParams.set('auth_code', 'forged');
    const [first, second] = await Promise.all([
      end(strategy, forged.href, session),
      end(strategy, url, session),
    ]);
    expect(errorOf(first).code).to.equal('ERR');
    userOf(second);
    expect(tokenRequests()).to.equal(2);
  });

  it('a repeated callback that returns `state` does not share the exchange of one without, which may be forged', async () => {
    const session: Session = {};
    const strategy = make('echoing');
    const url = await begin(strategy, session);
    const forged = new URL(await begin(make('echoing'), {}));
    forged.searchParams.delete('state');
    const outcomes = await Promise.all([end(strategy, forged.href, session), end(strategy, url, session)]);
    outcomes.forEach(userOf);
    expect(tokenRequests()).to.equal(2);
  });

  it('a repeated callback does not share the exchange of a login that could not be removed from its session', async () => {
    const session: Session = {};
    const strategy = make('echoing');
    const url = await begin(strategy, session);
    const readOnly = Object.freeze({ ...session });
    errorOf(await end(strategy, url, readOnly));
    servers.echoing.fail('token', { code: 'ERR' });
    expect(errorOf(await end(strategy, url, session)).code).to.equal('ERR');
    expect(tokenRequests()).to.equal(2);
  });

  it('callbacks of one session have their tokens requested one by one: a flood of codes takes few turns', async () => {
    const session: Session = {};
    const strategy = make('echoing');
    const urls = [];
    for (let login = 0; login < 3; login++) {
      urls.push(await begin(strategy, session));
    }
    servers.echoing.fail('token', { code: 'ERR' });
    const outcomes = Promise.all(urls.map((url) => end(strategy, url, structuredClone(session))));
    await new Promise((resolve) => setImmediate(resolve));
    expect(tokenRequests(), 'before the first response').to.be.at.most(1);
    const [first, ...others] = await outcomes;
    expect(errorOf(first as Outcome).code).to.equal('ERR');
    others.forEach(userOf);
    expect(tokenRequests()).to.equal(3);
  });

  it('callbacks of two sessions do not wait for each other', async () => {
    const strategy = make('echoing', { timeout: 60_000 });
    const [slow, fast] = [{}, {}];
    const hanging = await begin(strategy, slow);
    const url = await begin(strategy, fast);
    servers.echoing.fail('token', 'hang');
    end(strategy, hanging, slow);
    while (tokenRequests() === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    userOf(await end(strategy, url, fast));
  });

  it('an exchange is shared until it has ended, or 10 minutes if its verify never ends', async () => {
    const exchanges = new SharedExchanges();
    const realNow = Date.now;
    const started = realNow();
    let count = 0;
    const exchange = async () => {
      count += 1;
      return count;
    };
    try {
      Date.now = () => started;
      expect(await exchanges.share('a', 'code', exchange)).to.equal(1);
      expect(await exchanges.share('a', 'code', exchange)).to.equal(1);
      exchanges.end('a');
      expect(await exchanges.share('a', 'code', exchange)).to.equal(2);
      Date.now = () => started + 1;
      expect(await exchanges.share('b', 'code', exchange)).to.equal(3);
      Date.now = () => started + 10 * MINUTE;
      expect(await exchanges.share('c', 'code', exchange)).to.equal(4);
      expect(await exchanges.share('b', 'code', exchange), 'younger than 10 minutes').to.equal(3);
      expect(await exchanges.share('a', 'code', exchange), '10 minutes old').to.equal(5);
    } finally {
      Date.now = realNow;
    }
  });
});
