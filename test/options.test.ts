import { Agent } from 'node:http';
import { expect } from 'chai';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import OAuth2Strategy from 'passport-oauth2';
import { authenticate, errorOf, get, start } from './support/login.js';

const verify = () => undefined;
const required = { clientID: 'id.open.apps', clientSecret: 'the-secret-of-the-client' };

function make(options: object, check: unknown = verify): HiworksStrategy {
  return new HiworksStrategy({ ...required, ...options } as HiworksStrategyOptions, check as () => void);
}

function messageOf(construct: () => unknown): string {
  try {
    construct();
  } catch (error) {
    expect(error).to.be.instanceOf(TypeError);
    return (error as TypeError).message;
  }
  return expect.fail('it was accepted');
}

describe('The options of a strategy', () => {
  it('need no more than a client id and a client secret', () => {
    const strategy = new HiworksStrategy(required, verify);
    expect(strategy).to.be.instanceOf(OAuth2Strategy);
    expect(strategy.name).to.equal('hiworks');
  });

  it('are never changed, nor are those of authenticate', async () => {
    const options = Object.freeze({
      ...required,
      callbackURL: '/callback',
      allowedOffices: Object.freeze(['123123']),
      customHeaders: Object.freeze({ 'X-Team': 'a' }),
    });
    await start(new HiworksStrategy(options, verify), {}, Object.freeze({ state: 'x' }));
  });

  it('may be inherited, as those of a configuration class are', async () => {
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

  const wrong: Record<string, unknown[]> = {
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
  for (const [option, values] of Object.entries(wrong)) {
    it(`${option}: a wrong value is a TypeError that names it`, () => {
      for (const value of values) {
        const message = messageOf(() => make({ [option]: value }));
        expect(message, String(value)).to.match(new RegExp(`^HiworksStrategy: \`${option}\` must be`));
      }
    });
  }

  const right: Record<string, unknown[]> = {
    callbackURL: [undefined, 'https://app.example.com/cb', 'http://localhost:3000/cb', '/cb', 'cb'],
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
  for (const [option, values] of Object.entries(right)) {
    it(`${option}: a right value is accepted`, () => {
      for (const value of values) {
        expect(() => make({ [option]: value }), `${option}: ${String(value)}`).not.to.throw();
      }
    });
  }

  const messages: [options: object, message: string][] = [
    [{ accessType: null }, "`accessType` must be 'online' or 'offline'; got null"],
    [{ fetchProfile: 'yes' }, "`fetchProfile` must be true or false; got 'yes'"],
    [
      { allowedOffices: undefined },
      '`allowedOffices` must be an office_no, or a non-empty array of them, as strings without spaces or commas; got undefined ' +
        '(is its environment variable set?)',
    ],
    [
      { allowedOffices: ['123123', ''] },
      '`allowedOffices` must be an office_no, or a non-empty array of them, as strings without spaces or commas; got ' +
        "[ '123123', '' ]",
    ],
    [{ state: 1 }, "`state` must be true, 'auto' or false; got 1"],
    [{ timeout: 0 }, '`timeout` must be a number of milliseconds, at most 2147483647; got 0'],
    [{ agent: { password: 'hunter22' } }, '`agent` must be an http.Agent or https.Agent; got an object'],
    [{ sessionKey: 7 }, '`sessionKey` must be a non-empty string; got 7'],
  ];
  for (const [options, message] of messages) {
    it(`the message for ${JSON.stringify(options)} tells what is required and what was received`, () => {
      expect(messageOf(() => make(options))).to.equal(`HiworksStrategy: ${message}`);
    });
  }

  it('verify, or the options themselves, left out are a TypeError as well', () => {
    for (const value of [null, {}, 'verify']) {
      expect(messageOf(() => make({}, value))).to.equal('HiworksStrategy: `verify` must be a function');
    }
    for (const value of [undefined, null, 'id']) {
      expect(messageOf(() => new HiworksStrategy(value as never, verify))).to.equal(
        'HiworksStrategy: `options` must be an object',
      );
    }
  });

  it('no message shows a secret', () => {
    expect(messageOf(() => make({ clientSecret: ' the-secret-of-the-client' }))).not.to.include('the-secret');
    expect(messageOf(() => make({ tokenURL: 'https://user:hunter22@api.hiworks.com/' }))).not.to.include(
      'hunter22',
    );
  });

  for (const option of ['allowedoffices', 'callbackUrl', 'tenant', 'constructor', 'toString', '__proto__x']) {
    for (const value of [undefined, true]) {
      it(`the unknown option ${option}: ${value} is a TypeError that lists the known ones`, () => {
        const message = messageOf(() => make({ [option]: value }));
        expect(message).to.include(
          `unknown option "${option}"; the options are clientID, clientSecret, callbackURL,`,
        );
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
      expect(messageOf(() => make({ [option]: true }))).to.match(
        new RegExp(`unknown option "${option}": .*${reason}`),
      );
    });
  }

  for (const [callbackURL, says] of [
    ['app.example.com/cb', 'with its protocol'],
    ['app.example.com', 'with its protocol'],
    ['app.example.com:8443/cb', 'with its protocol'],
    ['127.0.0.1/cb', 'with its protocol'],
    ['localhost:3000/cb', 'with its protocol'],
    ['localhost/cb', 'with its protocol'],
    ['//app.example.com/cb', 'with its protocol'],
    ['/\\\\app.example.com/cb'.replace('\\\\', '\\'), 'with its protocol'],
    ['https:app.example.com/cb', 'with its protocol'],
    ['https:/app.example.com/cb', 'with its protocol'],
    ['/cb#done', 'fragment'],
    ['https://app.example.com/cb#', 'fragment'],
    ['https://user:pw@app.example.com/cb', 'credentials'],
    ['https://user@app.example.com/cb', 'credentials'],
    ['/cb?state=x', '`state`'],
    ['/cb?a=b&auth_code', '`auth_code`'],
    ['https://app.example.com/cb?error=1', '`error`'],
    ['/cb?message=', '`message`'],
    ['/c b', 'a URL'],
    ['/c\nb', 'a URL'],
  ] as const) {
    it(`the callbackURL ${JSON.stringify(callbackURL)} is a TypeError that says what was meant`, async () => {
      const message = messageOf(() => make({ callbackURL }));
      expect(message).to.include('`callbackURL`').and.include(says).and.not.include('pw');
      const error = errorOf(
        await authenticate(make({}), get('/auth/hiworks', { session: {} }), { callbackURL }),
      );
      expect(error.message).to.equal(message);
    });
  }

  for (const callbackURL of [
    '/cb',
    'cb',
    './cb',
    '../cb',
    '?x=1',
    '/cb?tenant=a&states=b',
    'http://intranet/cb',
    'HTTPS://app.example.com/',
  ]) {
    it(`the callbackURL ${callbackURL} is accepted`, () => {
      make({ callbackURL });
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
      expect(messageOf(() => make({ customHeaders: { [name]: '1' } })))
        .to.include('`customHeaders`')
        .and.include(name);
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
    it(`an empty ${option} is named as an empty line in .env`, () => {
      expect(messageOf(() => make({ [option]: '' })))
        .to.include(`\`${option}\``)
        .and.include('an empty line in .env');
    });
  }

  it('baseURL is where all three endpoints are, with its path before theirs', async () => {
    for (const [baseURL, under] of [
      [undefined, 'https://api.hiworks.com'],
      ['https://gateway.example.com', 'https://gateway.example.com'],
      ['https://gateway.example.com/hiworks/', 'https://gateway.example.com/hiworks'],
      ['http://localhost:4000/a/b', 'http://localhost:4000/a/b'],
    ] as const) {
      const strategy = make({ baseURL });
      expect((await start(strategy, {})).href).to.match(new RegExp(`^${under}/open/auth/authform\\?`));
      const own = strategy as unknown as { _oauth2: { _accessTokenUrl: string } };
      expect(own._oauth2._accessTokenUrl).to.equal(`${under}/open/auth/accesstoken`);
    }
    const separate = make({
      baseURL: 'http://localhost:4000',
      authorizationURL: 'https://login.example.com/form#top',
    });
    expect((await start(separate, {})).href).to.match(/^https:\/\/login\.example\.com\/form\?.*[^#]*$/);
  });
});
