import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { redact, sanitize } from '../dist/util/redact.js';
import { authenticate, type FakeRequest, get, type Outcome } from './support/login.js';
import { type RawServer, rawServer } from './support/raw-server.js';
import {
  ACCESS_TOKEN,
  BODY_MARK,
  CLIENT_SECRET,
  CODE,
  everythingPrintedOf,
  expectNothingSecretIn,
  REFRESH_TOKEN,
  SECRETS,
} from './support/secrets.js';
import { CALLBACK, DATA, optionsFor, strategyFor, tokenBody, USER_NO } from './support/strategy.js';
import { collectUncaught } from './support/uncaught.js';

// biome-ignore lint/suspicious/noExplicitAny: the values are arbitrary
type Any = any;

// FC_RUNS=5000 npx mocha build/properties.test.js   runs longer; a failure prints its seed and its example.
const numRuns = Number(process.env.FC_RUNS ?? 80);

describe('Properties of a login', function () {
  this.timeout(Math.max(30_000, numRuns * 200));
  const uncaught = collectUncaught();

  let respond: (socket: Socket, request: string) => void;
  let server: RawServer;
  // Shared by all runs: an agent each would use up the machine's ports.
  const agent = new Agent({ keepAlive: true });

  before(async () => {
    server = await rawServer((socket, request) => respond(socket, request));
  });
  after(() => {
    agent.destroy();
    return server.close();
  });

  const check = <Values extends [unknown, ...unknown[]]>(
    arbitraries: { [Index in keyof Values]: fc.Arbitrary<Values[Index]> },
    run: (...values: Values) => Promise<void>,
  ) =>
    fc.assert(
      fc.asyncProperty(fc.tuple(...arbitraries), (values) => run(...(values as Values))),
      { numRuns },
    );

  const whole = (body: string | Uint8Array) => {
    const bytes = Buffer.from(body as string);
    return Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${bytes.length}\r\n\r\n`), bytes]);
  };
  const respondWell = (socket: Socket, request: string) =>
    socket.write(
      whole(request.startsWith('GET') ? '{"no":"1234567","user_id":"hong","name":"홍길동"}' : tokenBody()),
    );

  const expectNothingUncaught = () => expect(uncaught, uncaught.map(String).join()).to.deep.equal([]);

  /** The outcome of a request: exactly one, in time, with nothing thrown elsewhere. */
  async function oneOutcome(strategy: HiworksStrategy, request: FakeRequest, options = {}): Promise<Outcome> {
    const outcomes: Outcome[] = [];
    uncaught.length = 0;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('no outcome within 5 s')), 5000);
    });
    const outcome = await Promise.race([
      authenticate(strategy, request, options, 'name', outcomes),
      timeout,
    ]).finally(() => clearTimeout(timer));
    await turn();
    await turn();
    expectNothingUncaught();
    expect(outcomes).to.have.lengthOf(1);
    return outcome;
  }

  function expectReadable(outcome: Outcome): void {
    if (outcome.kind === 'error') {
      expect(outcome.error).to.be.instanceOf(Error);
    }
    const reason =
      outcome.kind === 'error' ? outcome.error : outcome.kind === 'fail' ? outcome.info : undefined;
    const message = reason?.message ?? '';
    expect(message).not.to.match(/[\p{Cc}\p{Cs}\u2028\u2029]/u);
    expect(message.length).to.be.lessThan(1000);
    expectNothingSecretIn(reason);
  }

  describe('a response', () => {
    const json = fc.json({ maxDepth: 4 });
    const members = Object.keys(DATA);
    const member = fc.constantFrom(...members);

    /** A response with a member missing, swapped, of another type, or additional. */
    const envelope = fc
      .record({
        dropped: fc.subarray(members, { maxLength: 1 }),
        swapped: fc.option(fc.tuple(member, member), { nil: undefined }),
        replaced: fc.dictionary(member, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 1, noNullPrototype: true }),
        more: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), {
          maxKeys: 3,
          noNullPrototype: true,
        }),
        code: fc.oneof(
          fc.constant('SUC'),
          fc.constantFrom('ERR', '', 0, null, 4011),
          fc.jsonValue({ maxDepth: 1 }),
        ),
        msg: fc.oneof(
          fc.constant(''),
          fc.constant(`${CODE} ${CLIENT_SECRET} 만료`),
          fc.jsonValue({ maxDepth: 1 }),
        ),
        note: fc.constantFrom({}, { note: BODY_MARK, [ACCESS_TOKEN]: REFRESH_TOKEN }),
      })
      .map(({ dropped, swapped, replaced, more, code, msg, note }) => {
        const data: Record<string, unknown> = { ...more, ...DATA, ...note };
        for (const name of dropped) {
          delete data[name];
        }
        if (swapped) {
          const [one, other] = swapped;
          [data[one], data[other]] = [data[other], data[one]];
        }
        return JSON.stringify({ code, msg, data: { ...data, ...replaced } });
      });

    const body = fc.oneof(
      { arbitrary: envelope.map((text) => Buffer.from(text)), weight: 6 },
      { arbitrary: json.map((text) => Buffer.from(text)), weight: 1 },
      { arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)), weight: 1 },
      {
        arbitrary: fc.string({ unit: 'binary' }).map((text) => Buffer.from(`${BODY_MARK}${text}`)),
        weight: 1,
      },
      {
        arbitrary: fc.tuple(envelope, fc.nat(), fc.nat(255)).map(([text, at, byte]) => {
          const bytes = Buffer.from(text);
          bytes[at % bytes.length] = byte;
          return bytes;
        }),
        weight: 2,
      },
    );

    const status = fc.oneof(
      { arbitrary: fc.constant('200 OK'), weight: 6 },
      { arbitrary: fc.integer({ min: 200, max: 599 }).map(String), weight: 3 },
      {
        arbitrary: fc.constantFrom('101 X', '999', '0', '-1', '20', '', 'OK', `200 ${BODY_MARK}`),
        weight: 1,
      },
    );
    const headers = fc.oneof(
      { arbitrary: fc.constant(''), weight: 4 },
      {
        arbitrary: fc.constantFrom(
          'location: https://evil.example/\r\n',
          'content-encoding: gzip\r\n',
          'content-type: text/html; charset=euc-kr\r\n',
          'connection: close\r\n',
          'connection: upgrade\r\nupgrade: websocket\r\n',
          'transfer-encoding: gzip, chunked\r\n',
          'set-cookie: a=b\r\nset-cookie: c=d\r\n',
          `trailer: x\r\nx-token: ${ACCESS_TOKEN}\r\n`,
          ' folded: x\r\n',
          'no colon\r\n',
        ),
        weight: 2,
      },
      { arbitrary: fc.string({ unit: 'binary' }).map((text) => `x-any: ${text}\r\n`), weight: 1 },
    );
    type Framing = (body: Buffer) => [header: string, body: Buffer];
    const framing: fc.Arbitrary<Framing> = fc.oneof(
      {
        arbitrary: fc.constant<Framing>((bytes) => [`content-length: ${bytes.length}\r\n`, bytes]),
        weight: 5,
      },
      { arbitrary: fc.constant<Framing>((bytes) => ['', bytes]), weight: 1 },
      {
        arbitrary: fc.integer({ min: -5, max: 100_000 }).map((length): Framing => {
          return (bytes) => [`content-length: ${length}\r\n`, bytes];
        }),
        weight: 1,
      },
      {
        arbitrary: fc.tuple(fc.integer({ min: 1, max: 50 }), fc.boolean()).map(([size, ends]): Framing => {
          return (bytes) => {
            const chunks: Buffer[] = [];
            for (let at = 0; at < bytes.length; at += size) {
              const chunk = bytes.subarray(at, at + size);
              chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
            }
            chunks.push(Buffer.from(ends ? '0\r\n\r\n' : '0'));
            return ['transfer-encoding: chunked\r\n', Buffer.concat(chunks)];
          };
        }),
        weight: 2,
      },
    );
    const httpResponse = fc
      .tuple(status, headers, framing, body, fc.option(fc.nat(), { freq: 6, nil: undefined }))
      .map(([status, headers, frame, body, cut]) => {
        const [header, framed] = frame(body);
        const head = Buffer.from(`HTTP/1.1 ${status}\r\n${headers}${header}\r\n`, 'latin1');
        const bytes = Buffer.concat([head, framed]);
        return cut === undefined ? bytes : bytes.subarray(0, cut % bytes.length);
      });
    const noise = fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes));
    const bytes = fc.oneof({ arbitrary: httpResponse, weight: 9 }, { arbitrary: noise, weight: 1 });
    const ending = fc.oneof(
      { arbitrary: fc.constant('end' as const), weight: 20 },
      { arbitrary: fc.constant('resetAndDestroy' as const), weight: 5 },
      { arbitrary: fc.constant('uncork' as const), weight: 1 },
    );

    for (const endpoint of ['token', 'profile'] as const) {
      it(`any bytes from the ${endpoint} endpoint lead to one outcome without a secret, and the next login succeeds`, async () => {
        const seen: (string | undefined)[] = [];
        // One agent for both: a malformed response must not break a connection that the next login reuses.
        const options = {
          ...optionsFor(server.url),
          fetchProfile: endpoint === 'profile',
          agent: new Agent({ keepAlive: true }),
        };
        const [strategy, patient] = [60, 30_000].map(
          (timeout) =>
            new HiworksStrategy({ ...options, timeout }, (accessToken, refreshToken, profile, done) => {
              seen.push(accessToken, refreshToken);
              done(null, profile);
            }),
        ) as [HiworksStrategy, HiworksStrategy];
        await check([bytes, ending], async (bytes, ending) => {
          respond = (socket, request) => {
            if (request.startsWith(endpoint === 'token' ? 'POST' : 'GET')) {
              socket.write(bytes, () => socket[ending]());
            } else {
              respondWell(socket, request);
            }
          };
          seen.length = 0;
          const outcome = await oneOutcome(strategy, get(CALLBACK));
          if (outcome.kind === 'success') {
            const tokens = seen.filter((token) => token !== undefined && token.length >= 4) as string[];
            expectNothingSecretIn(outcome.user, [CLIENT_SECRET, CODE, ...tokens]);
          } else {
            expect(outcome.kind).to.equal('error');
            expectReadable(outcome);
          }
          respond = respondWell;
          const next = await oneOutcome(patient, get(CALLBACK));
          expect(next).to.have.property('kind', 'success');
          expect((next as Any).user.id).to.equal(USER_NO);
        });
        options.agent.destroy();
      });
    }
  });

  describe('a request', () => {
    const names = fc.oneof(
      {
        arbitrary: fc.constantFrom(
          'auth_code',
          'state',
          'error',
          'error_description',
          'error_msg',
          'msg',
          'message',
          'code',
        ),
        weight: 5,
      },
      {
        arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then'),
        weight: 1,
      },
      { arbitrary: fc.string(), weight: 1 },
    );
    const unprintable = fc.constant({
      toString() {
        throw new Error(CLIENT_SECRET);
      },
    });
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 800 }));
    const value = fc.oneof(
      { arbitrary: text, weight: 6 },
      { arbitrary: fc.array(text), weight: 1 },
      { arbitrary: fc.dictionary(names, text), weight: 1 },
      { arbitrary: fc.anything(), weight: 1 },
      { arbitrary: unprintable, weight: 1 },
    );
    const goodCode = fc.constantFrom<[string, string][]>([], [['auth_code', CODE]]);
    const entries = fc
      .tuple(fc.array(fc.tuple(names, value), { maxLength: 5 }), goodCode)
      .map(([some, more]) => [...some, ...more]);

    /** The ways in which a framework may provide a query. */
    const deliveries: Record<string, (entries: [string, unknown][]) => FakeRequest> = {
      'an object': (entries) => ({ query: Object.fromEntries(entries) }),
      'an object without a prototype': (entries) => ({
        query: Object.assign(Object.create(null), Object.fromEntries(entries)),
      }),
      'a frozen object': (entries) => ({ query: Object.freeze(Object.fromEntries(entries)) }),
      getters: (entries) => ({
        query: Object.defineProperties(
          {},
          Object.fromEntries(entries.map(([name, value]) => [name, { get: () => value, enumerable: true }])),
        ),
      }),
      'getters that throw': (entries) => ({
        query: new Proxy(Object.fromEntries(entries), {
          get(target, name) {
            if (name in target) {
              throw new Error('this query cannot be read');
            }
          },
        }),
      }),
      'a fresh object at every read': (entries) =>
        Object.defineProperty({}, 'query', { get: () => Object.fromEntries(entries) }),
      'inherited members': (entries) => ({ query: Object.create(Object.fromEntries(entries)) }),
      'the URL alone': (entries) => {
        const pairs = entries.map(([name, value]): [string, string] => {
          return [name, typeof value === 'string' ? value : 'x'];
        });
        return { url: `/auth/hiworks/callback?${new URLSearchParams(pairs)}` };
      },
    };
    const delivery = fc.constantFrom(...Object.keys(deliveries));
    const method = fc.oneof(
      { arbitrary: fc.constant('GET'), weight: 4 },
      { arbitrary: fc.constantFrom('HEAD', 'POST', 'OPTIONS', 'get', undefined), weight: 2 },
      { arbitrary: fc.string(), weight: 1 },
    );
    const state = fc.constantFrom<true | false | 'auto'>(true, false, 'auto');
    const session = fc.constantFrom('none', 'empty', 'pending');

    it('a callback with any query, however the framework provides it, has one outcome and starts no loop', async () => {
      await check(
        [entries, delivery, method, state, session],
        async (entries, how, method, state, session) => {
          respond = respondWell;
          const strategy = strategyFor(server.url, { agent, state });
          const held = session === 'none' ? undefined : {};
          if (session === 'pending') {
            await oneOutcome(strategy, get('/auth/hiworks', { session: held }));
          }
          server.requests.length = 0;
          const delivered = (deliveries[how] as Any)(entries);
          const request = Object.defineProperties(
            get('/auth/hiworks/callback', { session: held }),
            Object.getOwnPropertyDescriptors({ method }),
          );
          Object.defineProperties(request, Object.getOwnPropertyDescriptors(delivered));
          const outcome = await oneOutcome(strategy, request);
          expectReadable(outcome);

          const last = Object.entries(Object.fromEntries(entries));
          const given = new Map(last.filter(([, value]) => value !== undefined));
          // null is no value: a parser that gives it leaves the name in the URL.
          const hasError = [given.get('error'), given.get('msg')].some(
            (value) => (value ?? undefined) !== undefined,
          );
          if (given.has('auth_code') || hasError) {
            expect(outcome.kind).not.to.equal('redirect');
          }
          if (outcome.kind === 'success' || server.requests.length > 0) {
            expect(how === 'the URL alone' ? 'x' : given.get('auth_code')).to.be.a('string');
            expect(method ?? 'GET').to.equal('GET');
          }
        },
      );
    });

    it('a request with any request line has one outcome, and redirects to its own host', async () => {
      const line = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.webPath(),
        fc.webUrl({ withQueryParameters: true }),
      );
      await check([line, fc.anything(), fc.string({ unit: 'binary' })], async (url, body, host) => {
        respond = respondWell;
        const strategy = strategyFor(server.url, { agent, callbackURL: 'callback' });
        const outcome = await oneOutcome(strategy, { method: 'GET', url, body, headers: { host } });
        if (outcome.kind === 'redirect') {
          const uri = new URL(outcome.location.searchParams.get('redirect_uri') ?? '');
          expect(uri.host).to.equal(new URL(`http://${host.split(',')[0]?.trim()}`).host);
        }
        expectReadable(outcome);
      });
    });

    it('anything under the session key leads to one outcome, and a login started then succeeds', async () => {
      const pendingLike = fc.record(
        {
          handle: fc.oneof(fc.string(), fc.constant('a'.repeat(32)), fc.anything()),
          at: fc.oneof(fc.constant(Date.now()), fc.double(), fc.anything()),
          accessType: fc.oneof(fc.constantFrom('online', 'offline'), fc.anything()),
          state: fc.anything(),
          purpose: fc.oneof(fc.constant(undefined), fc.anything()),
          crossSite: fc.oneof(fc.boolean(), fc.anything()),
          path: fc.oneof(fc.string(), fc.anything()),
        },
        { requiredKeys: [] },
      );
      const content = fc.oneof(
        fc.anything(),
        fc.array(fc.oneof(pendingLike, fc.anything()), { maxLength: 15 }),
      );
      const returned = fc.option(fc.oneof(fc.string(), fc.constant('a'.repeat(32))), { nil: undefined });
      await check([content, state, returned], async (content, state, returned) => {
        respond = respondWell;
        const strategy = strategyFor(server.url, { agent, state, sessionKey: 'hiworks' });
        const session: Record<string, unknown> = { hiworks: content, other: 'untouched' };
        const query = { auth_code: CODE, ...(returned !== undefined && { state: returned }) };
        expectReadable(await oneOutcome(strategy, get('/callback', { query, session })));

        session.hiworks = content;
        const started = await oneOutcome(strategy, get('/auth/hiworks', { session }));
        const handle = (started as Any).location.searchParams.get('state') ?? undefined;
        const back = get('/callback', { query: { auth_code: CODE, state: handle }, session });
        expect(await oneOutcome(strategy, back)).to.have.property('kind', 'success');
        expect(session.other).to.equal('untouched');
      });
    });

    it('any options of authenticate lead to one outcome', async () => {
      const options = fc.record(
        {
          accessType: fc.oneof(fc.constantFrom('online', 'offline'), fc.anything()),
          callbackURL: fc.oneof(fc.string(), fc.webUrl(), fc.anything()),
          state: fc.oneof(fc.string(), fc.anything()),
          assignProperty: fc.oneof(fc.constant('account'), fc.anything()),
          scope: fc.anything(),
        },
        { requiredKeys: [] },
      );
      await check([options, state, session], async (options, state, session) => {
        respond = respondWell;
        const strategy = strategyFor(server.url, { agent, state });
        for (const path of ['/auth/hiworks', CALLBACK]) {
          const request = get(path, { session: session === 'none' ? undefined : {} });
          const outcome = await oneOutcome(strategy, request, options);
          expect(outcome.kind).to.be.oneOf(['redirect', 'error', 'success', 'fail']);
        }
      });
    });
  });

  describe('verify', () => {
    const user = { id: 'a user' };
    const doneArguments = fc.oneof(
      fc.constantFrom<unknown[]>([null, user], [null, false], [null, user, { a: 1 }], [new Error('no')], []),
      fc.array(fc.anything(), { maxLength: 4 }),
    );
    const when = fc.constantFrom('now', 'in a microtask', 'in a turn of the loop');
    const step = fc.oneof(
      { arbitrary: fc.record({ act: fc.constant('done' as const), when, with: doneArguments }), weight: 3 },
      { arbitrary: fc.record({ act: fc.constant('throw' as const), with: fc.anything() }), weight: 1 },
    );
    const thenable = (act: (resolve: Any, reject: Any) => void) =>
      Object.defineProperty({}, 'then', { value: act });
    const returned = fc.oneof(
      fc.constant<() => unknown>(() => undefined),
      fc.anything().map((value) => () => value),
      fc.anything().map((value) => () => Promise.resolve(value)),
      fc.anything().map((value) => () => Promise.reject(value)),
      fc.constant(() => new Promise(() => undefined)),
      fc.constant(() => thenable(() => undefined)),
      fc.constant(() =>
        thenable((resolve, reject) => {
          resolve(user);
          reject(new Error('twice'));
          throw new Error('thrice');
        }),
      ),
      fc.constant(() =>
        thenable(() => {
          throw new Error('in then');
        }),
      ),
      fc.constant(() =>
        Object.defineProperty(Promise.resolve(user), 'then', {
          get() {
            throw new Error('no then');
          },
        }),
      ),
    );

    it('a verify that does anything, at any time and repeatedly, has one outcome: the first', async () => {
      const arity = fc.integer({ min: 0, max: 7 });
      const steps = fc.array(step, { maxLength: 4 });
      await check(
        [steps, returned, arity, fc.boolean()],
        async (steps, returned, length, passReqToCallback) => {
          respond = respondWell;
          let pending: Promise<unknown> = Promise.resolve();
          const verify = (...given: Any[]) => {
            const done = given.at(-1);
            const later = (wait: () => Promise<unknown>, act: () => void) => {
              pending = Promise.all([pending, wait().then(act)]);
            };
            later(
              () => turn().then(() => turn()),
              () => done(null, { id: 'at last' }),
            );
            for (const { act, ...step } of steps) {
              if (act === 'throw') {
                throw step.with;
              }
              const call = () => done(...(step.with as unknown[]));
              if ('when' in step && step.when === 'in a microtask') {
                later(() => Promise.resolve(), call);
              } else if ('when' in step && step.when === 'in a turn of the loop') {
                later(turn, call);
              } else {
                call();
              }
            }
            return returned();
          };
          Object.defineProperty(verify, 'length', { value: length });
          const options = { ...optionsFor(server.url), agent, passReqToCallback } as Any;
          const outcome = await oneOutcome(new HiworksStrategy(options, verify as Any), get(CALLBACK));
          await pending;
          await turn();
          expect(uncaught).to.deep.equal([]);

          const [first] = steps;
          if (first?.act === 'done' && 'when' in first && first.when === 'now') {
            const [error, user] = first.with as unknown[];
            expect(outcome.kind).to.equal(error ? 'error' : user ? 'success' : 'fail');
          }
        },
      );
    });
  });

  describe('an option', () => {
    const names = [
      'clientID',
      'clientSecret',
      'callbackURL',
      'accessType',
      'fetchProfile',
      'allowedOffices',
      'state',
      'store',
      'timeout',
      'agent',
      'baseURL',
      'authorizationURL',
      'tokenURL',
      'userProfileURL',
      'passReqToCallback',
      'customHeaders',
      'proxy',
      'sessionKey',
    ];

    it('any value of an option is accepted or is a TypeError that names the option', async () => {
      const value = fc.oneof(fc.anything(), fc.string({ unit: 'binary' }), fc.webUrl(), fc.double());
      await check([fc.constantFrom(...names), value], async (name, value) => {
        const options = Object.freeze({ ...optionsFor('http://127.0.0.1:1'), [name]: value });
        try {
          new HiworksStrategy(options as HiworksStrategyOptions, () => undefined);
        } catch (error) {
          expect(error).to.be.instanceOf(TypeError);
          expect((error as Error).message).to.include(`\`${name}\``);
          expectNothingSecretIn(error);
        }
      });
    });
  });

  describe('untrusted text', () => {
    it('sanitize and redact make any text one short line without a secret', async () => {
      const secret = fc.stringMatching(/^[0-9a-zA-Z+/=&]{16,40}$/);
      const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constant('\r\n\u0000\u2028'));
      await check(
        [fc.array(secret, { minLength: 1, maxLength: 3 }), fc.array(piece)],
        async (secrets, pieces) => {
          const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]);
          const text = pieces.map((piece, index) => piece + forms[index % forms.length]).join('');
          const line = sanitize(redact(text, secrets)) ?? '';
          expect([...line].length).to.be.at.most(200);
          expect(line).not.to.match(/[\p{C}\p{Zl}\p{Zp}]/u);
          for (const form of forms) {
            expect(line).not.to.include(form);
          }
        },
      );
    });
  });

  it('the check for secrets of these tests finds them in messages, causes, members and getters', () => {
    const places: ((secret: string) => unknown)[] = [
      (secret) => new Error(secret),
      (secret) => new Error('x', { cause: new Error('y', { cause: new Error(secret) }) }),
      (secret) => Object.defineProperty(new Error('x'), 'hidden', { value: { deep: [{ deeper: secret }] } }),
      (secret) => Object.defineProperty({}, 'got', { get: () => secret, enumerable: true }),
      (secret) => ({ toJSON: () => secret }),
      (secret) => ({ [secret]: 1 }),
      (secret) => ({ _raw: `{"token":"${secret}"}` }),
    ];
    for (const place of places) {
      for (const secret of SECRETS) {
        expect(everythingPrintedOf(place(secret))).to.include(secret);
      }
    }
  });
});
