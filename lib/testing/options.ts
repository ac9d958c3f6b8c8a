import { URL } from 'node:url';
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

/** The options, checked, with their defaults. */
export type ServerSettings = {
  readonly [Name in keyof HiworksServerOptions]-?: Name extends 'callbackURL' | 'ssoURL' | 'signInAs'
    ? HiworksServerOptions[Name]
    : Exclude<HiworksServerOptions[Name], undefined>;
};

/** Returns the value, or throws a `TypeError` that names the option. */
type Check<T> = (value: unknown, name: string) => T;

const text = check<string>('a non-empty string', (value) => typeof value === 'string' && value !== '');
const flag = check<boolean>('true or false', (value) => typeof value === 'boolean');
const port = check<number>(
  'an integer from 0 to 65535',
  (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65535,
);
const duration = check<number>(
  'a number of milliseconds, 0 or more',
  (value) => typeof value === 'number' && value >= 0,
);
const shape = check<MenuTokenShape>("'root', 'data' or 'data.attributes'", (value) =>
  ['root', 'data', 'data.attributes'].includes(value as string),
);
const list = check<readonly HiworksUser[]>(
  'a non-empty array',
  (value) => Array.isArray(value) && value.length > 0,
);

/** Checks that a URL is absolute, and `http:` or `https:`. */
export const webURL = check<string>('an absolute http: or https: URL', isWebURL);

const OPTIONS: {
  [Name in keyof ServerSettings]: [
    check: Check<ServerSettings[Name]>,
    byDefault?: () => ServerSettings[Name],
  ];
} = {
  callbackURL: [webURL],
  users: [readUsers, () => DEFAULT_USERS],
  clientID: [text, () => 'passport-hiworks.open.apps'],
  clientSecret: [text, randomToken],
  port: [port, () => 0],
  echoState: [flag, () => false],
  rotateRefreshTokens: [flag, () => true],
  signInAs: [text],
  ssoURL: [webURL],
  reuseMenuTokens: [flag, () => false],
  menuTokenLifetime: [duration, () => 10 * 60 * 1000],
  menuTokenShape: [shape, () => 'root'],
};

const USER_FIELDS = ['userNo', 'officeNo', 'userId', 'name', 'employeeNo'] as const;

/** Checks the options and fills in the defaults. Throws a `TypeError` that names the wrong option. */
export function readServerOptions(options: HiworksServerOptions): ServerSettings {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(OPTIONS, name));
  if (unknown !== undefined) {
    throw new TypeError(`unknown option "${unknown}" (known: ${Object.keys(OPTIONS).join(', ')})`);
  }
  const settings = Object.entries(OPTIONS).map(([name, [check, byDefault]]) => {
    const { [name as keyof HiworksServerOptions]: value = byDefault?.() } = options;
    return [name, value === undefined ? undefined : check(value, name)];
  });
  const { users, signInAs } = Object.fromEntries(settings) as ServerSettings;
  if (signInAs !== undefined && !users.some(({ userNo }) => userNo === signInAs)) {
    throw new TypeError('signInAs must be the userNo of one of the users');
  }
  return Object.fromEntries(settings);
}

/** Whether a value is an absolute `http:` or `https:` URL. */
export function isWebURL(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function check<T>(expected: string, holds: (value: unknown) => boolean): Check<T> {
  return (value, name) => {
    if (!holds(value)) {
      throw new TypeError(`${name} must be ${expected}`);
    }
    return value as T;
  };
}

function readUsers(value: unknown, name: string): readonly Readonly<HiworksUser>[] {
  const users = list(value, name).map((user: HiworksUser | null, index) => {
    const fields = USER_FIELDS.filter((field) => field !== 'employeeNo' || user?.employeeNo !== undefined);
    const entries = fields.map((field) => [field, text(user?.[field], `${name}[${index}].${field}`)]);
    return Object.freeze<HiworksUser>(Object.fromEntries(entries));
  });
  if (new Set(users.map(({ userNo }) => userNo)).size < users.length) {
    throw new TypeError(`${name} must not contain a userNo twice`);
  }
  return Object.freeze(users);
}
