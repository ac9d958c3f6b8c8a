import { URL } from 'node:url';
import { randomToken } from './tokens.js';
import { type HiworksUser, readText, readUsers } from './users.js';

/** What `createHiworksServer` takes. Everything is optional. */
export interface HiworksServerOptions {
  /**
   * The redirect URL registered for the client, absolute, `http:` or `https:`. Without it the `redirect_uri` of the
   * first authorization request that carries one is registered, see also `HiworksServer.register`.
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
   * `true`, the default: a refresh returns a new refresh token and the old one dies. `false`: it returns none and the
   * old one stays good. It is not known which of the two Hiworks does.
   */
  rotateRefreshTokens?: boolean | undefined;
  /**
   * The `userNo` of a user who is already signed in to Hiworks in every browser: the sign-in page is skipped, the
   * redirect comes at once.
   */
  signInAs?: string | undefined;
  /**
   * Where the Hiworks menu leads ("SSO 외부로 연동"): the URL that the administrator registered, absolute, `http:` or
   * `https:`. See also `HiworksServer.registerMenu`.
   */
  ssoURL?: string | undefined;
  /**
   * `false`, the default: a menu's token is good once. `true`: as often as it is requested. It is not known which of the
   * two Hiworks does.
   */
  reuseMenuTokens?: boolean | undefined;
  /**
   * How long a menu's token is good, in milliseconds; `Infinity` for ever. By default 600000, ten minutes, which is an
   * assumption.
   */
  menuTokenLifetime?: number | undefined;
  /**
   * Where `user-no` and the other keys stand in a response of `v4/tokens`. By default `'root'`. It is not known where
   * Hiworks puts them.
   */
  menuTokenShape?: MenuTokenShape | undefined;
}

/** Where the keys of a `v4/tokens` response stand: at its root, in `data`, or in `data.attributes`. */
export type MenuTokenShape = 'root' | 'data' | 'data.attributes';

/** The options, checked, with their defaults filled in. */
export interface Settings {
  callbackURL: string | undefined;
  users: readonly Readonly<HiworksUser>[];
  clientID: string;
  clientSecret: string;
  port: number;
  echoState: boolean;
  rotateRefreshTokens: boolean;
  signInAs: HiworksUser | undefined;
  ssoURL: string | undefined;
  reuseMenuTokens: boolean;
  menuTokenLifetime: number;
  menuTokenShape: MenuTokenShape;
}

const SHAPES: readonly string[] = ['root', 'data', 'data.attributes'];

/** Fills in the defaults. Throws a `TypeError` that names the wrong option. */
export function readOptions(options: HiworksServerOptions): Settings {
  const users = readUsers(options.users);
  return {
    callbackURL: readOptionalURL(options.callbackURL, 'callbackURL'),
    users,
    clientID: readText(options.clientID ?? 'passport-hiworks.open.apps', 'clientID'),
    clientSecret: readText(options.clientSecret ?? randomToken(), 'clientSecret'),
    port: readPort(options.port ?? 0),
    echoState: readBoolean(options.echoState ?? false, 'echoState'),
    rotateRefreshTokens: readBoolean(options.rotateRefreshTokens ?? true, 'rotateRefreshTokens'),
    signInAs: readSignInAs(options.signInAs, users),
    ssoURL: readOptionalURL(options.ssoURL, 'ssoURL'),
    reuseMenuTokens: readBoolean(options.reuseMenuTokens ?? false, 'reuseMenuTokens'),
    menuTokenLifetime: readLifetime(options.menuTokenLifetime ?? 10 * 60 * 1000),
    menuTokenShape: readShape(options.menuTokenShape ?? 'root'),
  };
}

/** Returns the URL as given. Throws a `TypeError` that names the option unless it is absolute, `http:` or `https:`. */
export function readURL(url: unknown, name: string): string {
  if (typeof url !== 'string' || !isWebURL(url)) {
    throw new TypeError(`${name} must be an absolute http: or https: URL`);
  }
  return url;
}

/** Whether the text is an absolute `http:` or `https:` URL. */
export function isWebURL(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function readOptionalURL(url: unknown, name: string): string | undefined {
  return url === undefined ? undefined : readURL(url, name);
}

function readPort(port: unknown): number {
  if (!Number.isInteger(port) || (port as number) < 0 || (port as number) > 65535) {
    throw new TypeError('port must be an integer from 0 to 65535');
  }
  return port as number;
}

function readBoolean(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') {
    throw new TypeError(`${name} must be true or false`);
  }
  return value;
}

function readSignInAs(userNo: unknown, users: readonly HiworksUser[]): HiworksUser | undefined {
  const user = users.find((user) => user.userNo === userNo);
  if (userNo !== undefined && user === undefined) {
    throw new TypeError('signInAs must be the userNo of one of the users');
  }
  return user;
}

function readLifetime(value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0)) {
    throw new TypeError('menuTokenLifetime must be a number of milliseconds, 0 or more');
  }
  return value;
}

function readShape(value: unknown): MenuTokenShape {
  if (!SHAPES.includes(value as string)) {
    throw new TypeError("menuTokenShape must be 'root', 'data' or 'data.attributes'");
  }
  return value as MenuTokenShape;
}
