import { randomInt } from 'node:crypto';

/** A person who can sign in. All four are non-empty strings; `userNo` is unique among a server's users. */
export interface HiworksUser {
  /** The stable user number: the token answer's `user_no` and the profile's `no`. */
  userNo: string;
  /** The number of the person's company: the token answer's `office_no`. */
  officeNo: string;
  /** The local part of the mail address, unique inside one office only: the profile's `user_id`. */
  userId: string;
  /** The profile's `name`. */
  name: string;
}

/** What `createHiworksServer` takes. Everything is optional. */
export interface HiworksServerOptions {
  /**
   * The redirect URL registered for the client, absolute, `http:` or `https:`. Without it the `redirect_uri` of the
   * first authorization request that carries one is registered, see also `HiworksServer.register`.
   */
  callbackURL?: string | undefined;
  /** Who can sign in. By default four people of two offices, 홍길동 (`userNo` 9962656) among them. */
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
   * The `userNo` of a person who is already signed in to Hiworks in every browser: the sign-in page is skipped, the
   * redirect comes at once.
   */
  signInAs?: string | undefined;
}

/** The options with their defaults filled in. */
export interface Settings {
  callbackURL: string | undefined;
  users: readonly HiworksUser[];
  clientID: string;
  clientSecret: string;
  port: number;
  echoState: boolean;
  rotateRefreshTokens: boolean;
  signInAs: HiworksUser | undefined;
}

const DEFAULT_USERS: readonly HiworksUser[] = [
  { userNo: '9962640', officeNo: '391341', userId: 'admin', name: '김서연' },
  { userNo: '9962656', officeNo: '391341', userId: 'hong', name: '홍길동' },
  { userNo: '8120417', officeNo: '284507', userId: 'admin', name: '이준호' },
  { userNo: '8120533', officeNo: '284507', userId: 'minji', name: 'Minji(박민지)' },
];

const CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A random string of 32 characters `[a-z0-9]`, the form of Hiworks' codes and tokens (seen, not documented). */
export function randomToken(): string {
  return Array.from({ length: 32 }, () => CHARACTERS[randomInt(CHARACTERS.length)]).join('');
}

/** Fills in the defaults. Throws a `TypeError` that names the wrong option. */
export function readOptions(options: HiworksServerOptions): Settings {
  const {
    callbackURL,
    users = DEFAULT_USERS,
    clientID = 'passport-hiworks.open.apps',
    clientSecret = randomToken(),
    port = 0,
    echoState = false,
    rotateRefreshTokens = true,
    signInAs,
  } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new TypeError('port must be an integer from 0 to 65535');
  }
  const people = readUsers(users);
  const signedIn = people.find((user) => user.userNo === signInAs);
  if (signInAs !== undefined && signedIn === undefined) {
    throw new TypeError('signInAs must be the userNo of one of the users');
  }
  return {
    callbackURL: callbackURL === undefined ? undefined : readCallbackURL(callbackURL),
    users: people,
    clientID: readText(clientID, 'clientID'),
    clientSecret: readText(clientSecret, 'clientSecret'),
    port,
    echoState: readBoolean(echoState, 'echoState'),
    rotateRefreshTokens: readBoolean(rotateRefreshTokens, 'rotateRefreshTokens'),
    signInAs: signedIn,
  };
}

/** Returns the URL as given. Throws a `TypeError` unless it is absolute and `http:` or `https:`. */
export function readCallbackURL(callbackURL: unknown): string {
  if (typeof callbackURL !== 'string' || !isWebURL(callbackURL)) {
    throw new TypeError('callbackURL must be an absolute http: or https: URL');
  }
  return callbackURL;
}

/** Whether the text is an absolute `http:` or `https:` URL. */
export function isWebURL(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function readUsers(users: readonly HiworksUser[]): readonly HiworksUser[] {
  if (!Array.isArray(users) || users.length === 0) {
    throw new TypeError('users must be a non-empty array');
  }
  const people = users.map((user: Partial<HiworksUser> | null, index) =>
    Object.freeze({
      userNo: readText(user?.userNo, `users[${index}].userNo`),
      officeNo: readText(user?.officeNo, `users[${index}].officeNo`),
      userId: readText(user?.userId, `users[${index}].userId`),
      name: readText(user?.name, `users[${index}].name`),
    }),
  );
  if (new Set(people.map((user) => user.userNo)).size < people.length) {
    throw new TypeError('users must not have one userNo twice');
  }
  return Object.freeze(people);
}

function readText(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw new TypeError(`${name} must be a non-empty string`);
  return value;
}

function readBoolean(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw new TypeError(`${name} must be true or false`);
  return value;
}
