import { Agent } from 'node:http';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import OAuth2Strategy from 'passport-oauth2';
import { authenticate, errorOf, get, start } from './support/login.js';

const verify = () => undefined;
const required = { clientID: 'id.open.apps', clientSecret: 'the-secret-of-the-client' };

function make(options: object, givenVerify: unknown = verify): HiworksStrategy {
  return new HiworksStrategy(
    { ...required, ...options } as HiworksStrategyOptions,
    givenVerify as () => void,
  );
}

function messageOf(construct: () => unknown): string {
  try {
    construct();
  } catch (error) {
    expect(error).to.be.instanceOf(TypeError);
    return (error as TypeError).message;
  }
  return expect.fail('the options were accepted');
}

/** A short name of a value for the title of a test. */
function shown(value: unknown): string {
  const { constructor: type } = Object(value ?? 0);
  if (typeof value === 'object' && value && ![Object, Array].includes(type)) {
    return `a ${type.name}`;
  }
  return inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY }).slice(0, 60);
}

describe('The options of a strategy', () => {
  it('a strategy needs no option but clientID and clientSecret', () => {
    const strategy = new HiworksStrategy(required, verify);
    expect(strategy).to.be.instanceOf(OAuth2Strategy);
    expect(strategy.name).to.equal('hiworks');
  });

  it('the options objects of the constructor and of authenticate are not modified', async () => {
    const options = Object.freeze({
      ...required,
      callbackURL: '/callback',
      allowedOffices: Object.freeze(['123123']),
      customHeaders: Object.freeze({ 'X-Team': 'a' }),
    });
    await start(new HiworksStrategy(options, verify), {}, Object.freeze({ state: 'x' }));
  });

  it('options may be inherited, as those of a configuration class are', async () => {
    class Configuration {
      get clientID() {
        return 'inherited.open.apps';
      }
      get clientSecret() {
        return 'the-secret-of-the-client';
      }
    }
    const location = await start(new HiworksStrategy(new Configuration(), verify), {});
    expect(location.searchParams.get('client_id')).to.equal('inherited.open.apps');
  });

  it('an inherited allowedOffices that is undefined is a TypeError: it must not let everyone in', () => {
    class Configuration {
      clientID = required.clientID;
      clientSecret = required.clientSecret;
      get allowedOffices() {
        return undefined;
      }
    }
    const message = messageOf(() => new HiworksStrategy(new Configuration(), verify));
    expect(message).to.include('`allowedOffices`');
  });

  const invalid: Record<string, unknown[]> = {
    clientID: [undefined, null, '', ' id', 'id ', 'id\n', 42],
    clientSecret: [undefined, null, '', 'secret\n', 'se\u0000cret', {}],
    callbackURL: [
      '',
      ' ',
      ' /cb',
      42,
      null,
      {},
      'javascript:alert(1)',
      '\tdata:text/html,x',
      ' m::g',
      'http://',
      'https://a:b/',
      'ftp://app.example.com/',
      'xhttp://app.example.com/',
      'httpsx://app.example.com/',
    ],
    accessType: ['', 'Offline', null, true],
    fetchProfile: ['yes', 1, null],
    allowedOffices: [
      undefined,
      null,
      '',
      ' ',
      [],
      [''],
      ['123123', ''],
      ['123123', undefined],
      ['123123', 5],
      [123123],
      123123,
      {},
      '123123,456456',
      ['123123,456456'],
      '123123 ',
      '123123\n',
      ['123 123'],
    ],
    state: ['yes', 1, null, {}],
    store: [true, null, {}, { store() {} }, { verify() {} }],
    timeout: [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '1000', null],
    agent: [{}, null, false, 'proxy'],
    baseURL: ['', 'api.hiworks.com', 'http://api.hiworks.com', 'https://u:p@api.hiworks.com', null, {}],
    authorizationURL: [
      '',
      'api.hiworks.com',
      'http://api.hiworks.com/',
      42,
      null,
      new URL('https://api.hiworks.com/'),
      ['https://api.hiworks.com/'],
    ],
    tokenURL: [
      'http://api.hiworks.com/',
      'https://user@api.hiworks.com/',
      'https://:p@api.hiworks.com/',
      'file:///etc',
    ],
    userProfileURL: [
      'http://10.0.0.1/',
      'http://127.0.0.1.example.com/',
      'http://notlocalhost/',
      'http://localhost.example.com/',
      'http://x[::1]/',
      '/user/v2/me',
    ],
    passReqToCallback: [1, 'true', null],
    customHeaders: [
      null,
      'X-Team: a',
      [],
      { 'a b': 'c' },
      { 'X-Team': 'a\r\nX-Evil: b' },
      { 'X-Team': undefined },
    ],
    proxy: [1, 'yes', null],
    sessionKey: ['', 7, null],
  };
  for (const [option, values] of Object.entries(invalid)) {
    for (const value of values) {
      it(`${option}: ${shown(value)} is a TypeError that names the option`, () => {
        expect(messageOf(() => make({ [option]: value }))).to.include(`\`${option}\``);
      });
    }
  }

  const valid: Record<string, unknown[]> = {
    callbackURL: [
      undefined,
      'https://app.example.com/cb',
      'HTTPS://app.example.com/',
      'http://localhost:3000/cb',
      'http://intranet/cb',
      '/cb',
      'cb',
      './cb',
      '../cb',
      '?x=1',
      '/cb?tenant=a&states=b',
    ],
    accessType: [undefined, 'online', 'offline'],
    fetchProfile: [undefined, true, false],
    allowedOffices: ['123123', ['123123', '456456']],
    state: [undefined, true, 'auto', false],
    store: [undefined, { store() {}, verify() {} }],
    timeout: [undefined, 1, 2 ** 31 - 1],
    agent: [undefined, new Agent()],
    baseURL: [undefined, 'https://gateway.example.com', 'http://127.0.0.1:4000'],
    authorizationURL: ['https://gateway.example.com/authform', 'http://localhost:1/a'],
    tokenURL: [
      'http://127.0.0.1:1/token',
      'http://127.10.20.30:1/token',
      'http://[::1]:1/token',
      'http://hiworks.localhost/token',
    ],
    userProfileURL: ['https://gateway.example.com/me#part'],
    passReqToCallback: [undefined, true, false],
    customHeaders: [undefined, {}, { 'X-Team': 'a', 'X-Many': ['b', 'c'] }],
    proxy: [undefined, true, false],
    sessionKey: [undefined, 'hiworks-login'],
  };
  for (const [option, values] of Object.entries(valid)) {
    for (const value of values) {
      it(`${option}: ${shown(value)} is accepted`, () => {
        make({ [option]: value });
      });
    }
  }

  it('no message shows a credential that was given in place of an object, or inside a URL', () => {
    const credential = 'hunter22hunter22';
    const given: object[] = [
      { agent: `http://user:${credential}@proxy.example.com:3128` },
      { store: `redis://:${credential}@redis.example.com` },
      { customHeaders: `Bearer ${credential}` },
      { customHeaders: ['authorization', credential] },
      { callbackURL: `https:/user:${credential}@app.example.com/cb` },
      { callbackURL: `user:${credential}@app.example.com/cb` },
      { callbackURL: `ftp://user:${credential}@app.example.com/cb` },
    ];
    for (const options of given) {
      expect(
        messageOf(() => make(options)),
        Object.keys(options)[0],
      ).not.to.include(credential);
    }
  });

  it('a callbackURL that begins like a host, and headers that no object holds, are refused', () => {
    for (const callbackURL of [
      'app.example.com?a=b',
      '예제.한국/cb',
      '[::1]:3000/cb',
      'localhost',
      'localhost?a',
    ]) {
      expect(
        messageOf(() => make({ callbackURL })),
        callbackURL,
      ).to.include('absolute with its protocol');
    }
    for (const customHeaders of [new Map([['x-team', 'a']]), new Headers({ 'x-team': 'a' })]) {
      expect(messageOf(() => make({ customHeaders }))).to.include('an object of header names and values');
    }
  });

  it('the agent, which may hold the password of a proxy, is in neither JSON nor a printed _oauth2', () => {
    const agent = Object.assign(new Agent(), {
      proxy: new URL('http://user:hunter22hunter22@proxy.example.com'),
    });
    const strategy = make({ agent });
    const { _oauth2 } = strategy as unknown as { _oauth2: object };
    expect(JSON.stringify(strategy) + inspect(_oauth2, { depth: 9 })).not.to.include('hunter22hunter22');
  });

  it('the message for an invalid option tells what it must be and what was received', () => {
    expect(messageOf(() => make({ accessType: null }))).to.equal(
      "HiworksStrategy: `accessType` must be 'online' or 'offline'; got null",
    );
  });

  const shownValues: [options: object, expected: string, received: string][] = [
    [{ fetchProfile: 'yes' }, 'true or false', "'yes'"],
    [{ allowedOffices: undefined }, 'office_no', 'undefined (is its environment variable set?)'],
    [{ allowedOffices: ['123123', ''] }, 'non-empty array', "[ '123123', '' ]"],
    [{ state: 1 }, "true, 'auto' or false", '1'],
    [{ store: true }, '`store` and `verify`', 'true'],
    [{ timeout: 0 }, '2147483647', '0'],
    [{ agent: { password: 'hunter22' } }, 'https.Agent', 'an object'],
    [{ baseURL: 'http://gateway' }, 'https:', "'http://gateway'"],
    [{ sessionKey: 7 }, 'non-empty string', '7'],
  ];
  for (const [options, expected, received] of shownValues) {
    it(`the message for ${shown(options)} has ${expected} and ${received}`, () => {
      const message = messageOf(() => make(options));
      expect(message).to.include(expected);
      expect(message.endsWith(` ${received}`), message).to.equal(true);
    });
  }

  for (const value of [null, {}, 'verify']) {
    it(`the verify ${shown(value)} is a TypeError`, () => {
      expect(messageOf(() => make({}, value))).to.include('`verify`');
    });
  }

  for (const value of [undefined, null, 'id']) {
    it(`the options object ${shown(value)} is a TypeError`, () => {
      expect(messageOf(() => new HiworksStrategy(value as never, verify))).to.include('`options`');
    });
  }

  const secretOptions: [option: string, value: unknown][] = [
    ['clientID', ' hunter22'],
    ['clientSecret', ' hunter22'],
    ['callbackURL', 'https://user:hunter22@app.example.com/'],
    ['tokenURL', 'https://user:hunter22@api.hiworks.com/'],
    ['customHeaders', { 'X-Key': 'hunter22\n' }],
    ['customHeaders', { Connection: 'hunter22' }],
    ['agent', { password: 'hunter22' }],
  ];
  for (const [option, value] of secretOptions) {
    it(`the message for an invalid ${option} does not show ${shown(value)}`, () => {
      expect(messageOf(() => make({ [option]: value }))).not.to.include('hunter22');
    });
  }

  for (const option of ['allowedoffices', 'callbackUrl', 'tenant', 'constructor', 'toString', '__proto__x']) {
    for (const value of [undefined, true]) {
      it(`the unknown option ${option}: ${value} is a TypeError that lists the known ones`, () => {
        const message = messageOf(() => make({ [option]: value }));
        expect(message).to.include(`"${option}"`).and.include('clientID, clientSecret, callbackURL,');
      });
    }
  }

  for (const [option, reason] of [
    ['scope', 'Hiworks has no scopes'],
    ['scopeSeparator', 'Hiworks has no scopes'],
    ['pkce', 'does not support PKCE'],
    ['skipUserProfile', '`fetchProfile: true`'],
  ] as const) {
    it(`the option ${option} of passport-oauth2 is a TypeError that explains why`, () => {
      expect(messageOf(() => make({ [option]: true })))
        .to.include(`"${option}"`)
        .and.include(reason);
    });
  }

  for (const [callbackURL, fragment] of [
    ['app.example.com/cb', 'with its protocol'],
    ['app.example.com', 'with its protocol'],
    ['app.example.com:8443/cb', 'with its protocol'],
    ['127.0.0.1/cb', 'with its protocol'],
    ['localhost:3000/cb', 'with its protocol'],
    ['localhost/cb', 'with its protocol'],
    ['//app.example.com/cb', 'with its protocol'],
    ['/\\app.example.com/cb', 'with its protocol'],
    ['https:app.example.com/cb', 'with its protocol'],
    ['https:/app.example.com/cb', 'with its protocol'],
    ['/cb#done', 'fragment'],
    ['https://app.example.com/cb#', 'fragment'],
    ['https://user:pw@app.example.com/cb', 'credentials'],
    ['https://user@app.example.com/cb', 'credentials'],
    ['https://:pw@app.example.com/cb', 'credentials'],
    ['/cb?state=x', '`state`'],
    ['/cb?a=b&auth_code', '`auth_code`'],
    ['https://app.example.com/cb?error=1', '`error`'],
    ['/cb?message=', '`message`'],
    ['/c b', 'a URL'],
    ['/c\nb', 'a URL'],
  ] as const) {
    it(`the callbackURL ${JSON.stringify(callbackURL)} is a TypeError that tells what is expected`, async () => {
      const message = messageOf(() => make({ callbackURL }));
      expect(message).to.include('`callbackURL`').and.include(fragment).and.not.include('pw');
      const error = errorOf(
        await authenticate(make({}), get('/auth/hiworks', { session: {} }), { callbackURL }),
      );
      expect(error.message).to.equal(message);
    });
  }

  for (const name of [
    'Content-Length',
    'transfer-encoding',
    'Connection',
    'Expect',
    'upgrade',
    'TE',
    'Trailer',
    'Keep-Alive',
  ]) {
    it(`the custom header ${name}, which frames the message, is a TypeError`, () => {
      const message = messageOf(() => make({ customHeaders: { [name]: '1' } }));
      expect(message).to.include('`customHeaders`').and.include(`"${name}"`);
    });
  }

  for (const option of [
    'clientID',
    'clientSecret',
    'callbackURL',
    'accessType',
    'allowedOffices',
    'baseURL',
    'tokenURL',
    'sessionKey',
  ]) {
    it(`the message for an empty ${option} mentions an empty line in .env`, () => {
      expect(messageOf(() => make({ [option]: '' })))
        .to.include(`\`${option}\``)
        .and.include('.env');
    });
  }

  for (const [baseURL, prefix] of [
    [undefined, 'https://api.hiworks.com'],
    ['https://gateway.example.com', 'https://gateway.example.com'],
    ['https://gateway.example.com/hiworks/', 'https://gateway.example.com/hiworks'],
    ['http://localhost:4000/a/b', 'http://localhost:4000/a/b'],
  ] as const) {
    it(`baseURL: ${baseURL} puts the endpoints under ${prefix}`, async () => {
      const strategy = make({ baseURL });
      expect((await start(strategy, {})).href).to.match(new RegExp(`^${prefix}/open/auth/authform\\?`));
      const { _oauth2 } = strategy as unknown as { _oauth2: { _accessTokenUrl: string } };
      expect(_oauth2._accessTokenUrl).to.equal(`${prefix}/open/auth/accesstoken`);
    });
  }

  it('the fragment of an endpoint is dropped', async () => {
    const endpoints = ['authorizationURL', 'tokenURL', 'userProfileURL', 'baseURL'];
    const strategy = make(
      Object.fromEntries(endpoints.map((option) => [option, `http://127.0.0.1:1/${option}#top`])),
    );
    expect((await start(strategy, {})).href)
      .to.match(/^http:\/\/127\.0\.0\.1:1\/authorizationURL\?/)
      .and.not.include('#');
    const { _oauth2 } = strategy as unknown as { _oauth2: { _accessTokenUrl: string } };
    expect(_oauth2._accessTokenUrl).to.equal('http://127.0.0.1:1/tokenURL');
  });

  it('authorizationURL overrides baseURL', async () => {
    const authorizationURL = 'https://login.example.com/form';
    const { origin } = await start(make({ baseURL: 'http://localhost:4000', authorizationURL }), {});
    expect(origin).to.equal('https://login.example.com');
  });
});
