import { Agent } from 'node:http';
import { expect } from 'chai';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import OAuth2Strategy from 'passport-oauth2';
import { authenticate, get } from './support/login.js';

const verify = () => undefined;
const required = { clientID: 'id.open.apps', clientSecret: 'the-secret-of-the-client' };

function make(options: object, check: unknown = verify): HiworksStrategy {
  return new HiworksStrategy({ ...required, ...options } as HiworksStrategyOptions, check as () => void);
}

async function start(options: object): Promise<URL> {
  const outcome = await authenticate(make(options), get('/auth/hiworks', { session: {} }));
  expect(outcome.kind).to.equal('redirect');
  return (outcome as { location: URL }).location;
}

describe('Making a strategy', () => {
  it('is an OAuth2Strategy called hiworks', () => {
    const strategy = make({});
    expect(strategy).to.be.instanceOf(OAuth2Strategy);
    expect(strategy.name).to.equal('hiworks');
  });

  it('needs a client id and a client secret, and documents the rest by defaults', async () => {
    const location = await start({});
    expect(location.origin + location.pathname).to.equal('https://api.hiworks.com/open/auth/authform');
    expect(location.searchParams.get('client_id')).to.equal('id.open.apps');
    expect(location.searchParams.get('access_type')).to.equal('online');
  });

  it('leaves the options of the caller as they are, frozen or not', async () => {
    const options = Object.freeze({
      ...required,
      callbackURL: '/callback',
      allowedOffices: Object.freeze(['123123']),
      customHeaders: Object.freeze({ 'X-Team': 'a' }),
    });
    const before = JSON.stringify(options);
    await authenticate(new HiworksStrategy(options, verify), get('/auth/hiworks'), Object.freeze({}));
    expect(JSON.stringify(options)).to.equal(before);
  });
});

describe('A wrong option is a TypeError that names it', () => {
  const wrong: Record<string, unknown[]> = {
    clientID: [undefined, null, '', ' id', 'id\n', 42],
    clientSecret: [undefined, null, '', 'secret\n', 'se\u0000cret', {}],
    callbackURL: [
      '',
      42,
      null,
      'javascript:alert(1)',
      'https://',
      'ftp://app.example.com/',
      'xhttp://app.example.com/',
    ],
    accessType: ['', 'Offline', null, true],
    fetchProfile: ['yes', 1, null],
    allowedOffices: ['', [], [''], ['123123', 5], [123123], 123123, null, {}],
    state: ['yes', 1, null, {}],
    store: [true, null, {}, { store() {} }, { verify() {} }],
    timeout: [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '1000', null],
    agent: [{}, null, false, 'proxy'],
    authorizationURL: ['', 'api.hiworks.com', 'http://api.hiworks.com/', 42, null],
    tokenURL: [
      'http://api.hiworks.com/',
      'https://user@api.hiworks.com/',
      'https://u:p@api.hiworks.com/',
      'file:///etc',
    ],
    userProfileURL: [
      'http://10.0.0.1/',
      'http://127.0.0.1.example.com/',
      'http://notlocalhost/',
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
    it(option, () => {
      for (const value of values) {
        expect(() => make({ [option]: value }), `${option}: ${String(value)}`).to.throw(
          TypeError,
          `\`${option}\``,
        );
      }
    });
  }

  it('verify', () => {
    for (const value of [undefined, null, {}, 'verify']) {
      expect(() => make({}, value ?? null)).to.throw(TypeError, '`verify`');
    }
  });

  it('options left out altogether', () => {
    for (const value of [undefined, null, 'id']) {
      expect(() => new HiworksStrategy(value as never, verify)).to.throw(TypeError, '`options`');
    }
  });

  it('without printing a secret', () => {
    expect(() => make({ clientSecret: ' the-secret-of-the-client' }))
      .to.throw(TypeError)
      .with.property('message')
      .that.does.not.include('the-secret');
    expect(() => make({ tokenURL: 'https://user:hunter22@api.hiworks.com/' }))
      .to.throw(TypeError)
      .with.property('message')
      .that.does.not.include('hunter22');
  });
});

describe('A wrong option says what it must be, and what it is', () => {
  const says: [object, string][] = [
    [
      { clientID: undefined },
      '`clientID` must be a non-empty string (is its environment variable set?), but is undefined',
    ],
    [{ accessType: null }, "`accessType` must be 'online' or 'offline', but is null"],
    [{ fetchProfile: 'yes' }, '`fetchProfile` must be true or false, but is "yes"'],
    [{ callbackURL: '' }, '`callbackURL` must be a URL, or a path relative to the request, but is ""'],
    [
      { callbackURL: 'ftp://a/' },
      '`callbackURL` must be an http: or https: URL, or a path relative to the request, but is "ftp://a/"',
    ],
    [
      { allowedOffices: 7 },
      '`allowedOffices` must be an office_no, or a non-empty array of them, as strings, but is number',
    ],
    [{ state: 1 }, "`state` must be true, 'auto' or false, but is number"],
    [{ store: {} }, '`store` must be an object with the functions `store` and `verify`, but is object'],
    [{ timeout: 0 }, '`timeout` must be a number of milliseconds from 1 to 2147483647, but is number'],
    [{ agent: {} }, '`agent` must be an http.Agent or https.Agent, but is object'],
    [{ customHeaders: [] }, '`customHeaders` must be an object of header names and values, but is object'],
    [{ sessionKey: 7 }, '`sessionKey` must be a non-empty string, but is number'],
  ];

  for (const [options, message] of says) {
    it(Object.keys(options).join(), () => {
      expect(() => make(options))
        .to.throw(TypeError)
        .with.property('message', `HiworksStrategy: ${message}`);
    });
  }
});

describe('A right option is accepted', () => {
  const right: Record<string, unknown[]> = {
    callbackURL: [undefined, 'https://app.example.com/cb', 'http://localhost:3000/cb', '/cb', 'cb'],
    accessType: [undefined, 'online', 'offline'],
    fetchProfile: [undefined, true, false],
    allowedOffices: [undefined, '123123', ['123123', '456456']],
    state: [undefined, true, 'auto', false],
    store: [undefined, { store() {}, verify() {} }],
    timeout: [undefined, 1, 2 ** 31 - 1],
    agent: [undefined, new Agent()],
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
    it(option, () => {
      for (const value of values) {
        expect(() => make({ [option]: value }), `${option}: ${String(value)}`).not.to.throw();
      }
    });
  }
});
