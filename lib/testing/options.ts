import {
  type Check,
  type Checked,
  checkOption,
  flag,
  oneOf,
  optional,
  parseURL,
  readOptions,
  withDefault,
} from '../util/checks.js';
import { randomToken } from './tokens.js';
import { DEFAULT_USERS, type HiworksUser } from './users.js';

/** What `createHiworksServer` takes. Everything is optional. */
export interface HiworksServerOptions {
  /**
   * The redirect URL registered for the client, absolute, `http:` or `https:`. Without it, the `redirect_uri` of the
   * first sign-in is registered. See also `HiworksServer.register`.
   */
  callbackURL?: string | undefined;
  /** Who can sign in. By default four employees of two offices, 홍길동 (`userNo` 1234567) among them. */
  users?: readonly HiworksUser[] | undefined;
  /** The client's id. By default one that ends in `.open.apps`, as real ones do (seen, not documented). */
  clientID?: string | undefined;
  /** The client's secret. By default a random one. */
  clientSecret?: string | undefined;
  /** The port on 127.0.0.1. By default 0: any free one. */
  port?: number | undefined;
  /**
   * Whether `state` comes back at the callback. It is not known whether Hiworks returns it. By default `false`, the
   * harder case for a client.
   */
  echoState?: boolean | undefined;
  /**
   * `true`, the default: a refresh returns a new refresh token, and the old one expires. `false`: it returns none, and
   * the old one stays valid. It is not known which of the two Hiworks does.
   */
  rotateRefreshTokens?: boolean | undefined;
  /** The `userNo` of a user who is already signed in to Hiworks: the sign-in page is skipped. */
  signInAs?: string | undefined;
  /**
   * Where the Hiworks menu leads ("SSO 외부로 연동"): the URL that the administrator registered, absolute, `http:` or
   * `https:`. See also `HiworksServer.registerMenu`.
   */
  ssoURL?: string | undefined;
  /** Whether a menu's token can be used more than once. By default `false`. It is not known what Hiworks does. */
  reuseMenuTokens?: boolean | undefined;
  /** The lifetime of a menu's token in milliseconds, or `Infinity`. By default 600000, which is an assumption. */
  menuTokenLifetime?: number | undefined;
  /** Where `user-no` and the other keys are in a response of `v4/tokens`. By default `'root'`. Hiworks' own is not known. */
  menuTokenShape?: MenuTokenShape | undefined;
}

/** Where the keys of a `v4/tokens` response are: at its root, in `data`, or in `data.attributes`. */
export type MenuTokenShape = 'root' | 'data' | 'data.attributes';

const FUNCTION = 'createHiworksServer';

// Not shown: they may be secret, or come from a file.
const text: Check<string> = (value, invalid) =>
  typeof value === 'string' && value !== '' ? value : invalid('a non-empty string', 'hidden');

const port: Check<number> = (value, invalid) =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65535
    ? Number(value)
    : invalid('an integer from 0 to 65535');

const lifetime: Check<number> = (value, invalid) =>
  typeof value === 'number' && value >= 0 ? value : invalid('a number of milliseconds, 0 or more');

const absoluteURL: Check<string> = (value, invalid) =>
  isAbsoluteURL(value) ? value : invalid('an absolute http: or https: URL');

const USER_CHECKS = { userNo: text, officeNo: text, userId: text, name: text, employeeNo: optional(text) };

const users: Check<readonly Readonly<HiworksUser>[]> = (value, invalid) => {
  if (!Array.isArray(value) || value.length === 0 || value.some((user) => Object(user) !== user)) {
    return invalid('a non-empty array of objects', 'hidden');
  }
  const checked = value.map((user, index) =>
    Object.freeze(readOptions(`${FUNCTION}: users[${index}]`, user, USER_CHECKS)),
  );
  return new Set(checked.map(({ userNo }) => userNo)).size === checked.length
    ? Object.freeze(checked)
    : invalid('users of different userNo', 'hidden');
};

const SERVER_CHECKS = {
  callbackURL: optional(absoluteURL),
  users: orMade(() => DEFAULT_USERS, users),
  clientID: withDefault('passport-hiworks.open.apps', text),
  clientSecret: orMade(randomToken, text),
  port: withDefault(0, port),
  echoState: flag,
  rotateRefreshTokens: withDefault<boolean>(true, oneOf(true, false)),
  signInAs: optional(text),
  ssoURL: optional(absoluteURL),
  reuseMenuTokens: flag,
  menuTokenLifetime: withDefault(10 * 60 * 1000, lifetime),
  menuTokenShape: withDefault<MenuTokenShape>('root', oneOf('root', 'data', 'data.attributes')),
};

/** The options, checked, with their defaults. */
export type ServerSettings = Checked<typeof SERVER_CHECKS>;

/** Checks the options and fills in the defaults. Throws a `TypeError` that names the wrong option. */
export function readServerOptions(options: HiworksServerOptions): ServerSettings {
  const settings = readOptions(FUNCTION, options, SERVER_CHECKS);
  checkOption(FUNCTION, 'signInAs', settings.signInAs, (userNo, invalid) =>
    userNo === undefined || settings.users.some((user) => user.userNo === userNo)
      ? userNo
      : invalid('the userNo of one of the users'),
  );
  return settings;
}

/** Checks a URL that is registered later. Throws a `TypeError` that names it. */
export function readURL(name: 'callbackURL' | 'ssoURL', value: string): string {
  return checkOption('HiworksServer', name, value, absoluteURL);
}

/** Whether a value is an absolute `http:` or `https:` URL. */
export function isAbsoluteURL(value: unknown): value is string {
  return typeof value === 'string' && /^https?:$/.test(parseURL(value)?.protocol ?? '');
}

/** Like `withDefault`, but the default is made for each server. */
function orMade<T>(make: () => T, check: Check<T>): Check<T> {
  return (value = make(), ...rest) => check(value, ...rest);
}
