// What an application writes, annotated no further than it has to: every line here compiles.

import { Agent } from 'node:https';
import type {
  HiworksAccessType,
  HiworksAuthenticateOptions,
  HiworksErrorFields,
  HiworksFailure,
  HiworksFailureCode,
  HiworksParams,
  HiworksProfile,
  HiworksStrategyOptions,
  HiworksStrategyOptionsWithRequest,
  HiworksTokens,
  HiworksTransportCode,
  HiworksUserProfile,
  HiworksVerify,
  HiworksVerifyDone,
  HiworksVerifyWithParams,
  HiworksVerifyWithRequest,
  HiworksVerifyWithRequestAndParams,
} from 'passport-hiworks';
import Default, {
  HiworksAuthorizationError,
  HiworksProfileError,
  HiworksStrategy,
  HiworksTokenError,
  HiworksTransportError,
  isHiworksError,
  Strategy,
  visitorMessage,
} from 'passport-hiworks';
import type { HiworksSSOProfile, HiworksSSOVerify } from 'passport-hiworks/sso';
import { HiworksSSOStrategy } from 'passport-hiworks/sso';
import type {
  HiworksServer,
  HiworksServerOptions,
  HiworksUser,
  ScriptedFailure,
} from 'passport-hiworks/testing';
import { createHiworksServer } from 'passport-hiworks/testing';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles without an argument only where both types are one: `any` is the same as nothing but `any`. */
function same<A, B>(..._: Same<A, B> extends true ? [] : [never]): void {}

const callbackURL = 'https://app.example.com/auth/hiworks/callback';
const options: HiworksStrategyOptions = {
  clientID: process.env.HIWORKS_CLIENT_ID,
  clientSecret: process.env.HIWORKS_CLIENT_SECRET,
  callbackURL,
};
const withRequest: HiworksStrategyOptionsWithRequest = { ...options, passReqToCallback: true };

// Every form of verify.

export const strategy: HiworksStrategy = new HiworksStrategy(
  {
    clientID: process.env.HIWORKS_CLIENT_ID,
    clientSecret: process.env.HIWORKS_CLIENT_SECRET,
    callbackURL,
  },
  (accessToken, refreshToken, profile, done) => {
    same<typeof accessToken, string>();
    same<typeof refreshToken, string | undefined>();
    same<typeof profile, HiworksProfile>();
    same<typeof done, HiworksVerifyDone>();
    done(null, profile);
  },
);
new Default(options, (_accessToken, _refreshToken, profile, done) => done(null, profile));
new Strategy(options, (_accessToken, _refreshToken, profile, done) => done(null, profile));

new HiworksStrategy(
  { ...options, passReqToCallback: true },
  (req, accessToken, refreshToken, profile, done) => {
    same<typeof req.url, string>();
    same<typeof accessToken, string>();
    same<typeof refreshToken, string | undefined>();
    same<typeof profile, HiworksProfile>();
    same<typeof done, HiworksVerifyDone>();
    done(new Error('no such user'));
  },
);

new HiworksStrategy(options, async (_accessToken, _refreshToken, profile) => ({ id: profile.id }));
new HiworksStrategy(
  options,
  async (_access, _refresh, { officeNo }) => officeNo === '123123' && { officeNo },
);
new HiworksStrategy(withRequest, async (req, _access, _refresh, { id }) => ({ id, host: req.headers.host }));
new HiworksStrategy(options, () => ({ id: 'guest' }));

// TypeScript chooses an overload before it counts a function's parameters: the forms with `params` need their names.
const verifyWithParams: HiworksVerifyWithParams = (accessToken, refreshToken, params, profile, done) => {
  same<typeof accessToken, string>();
  same<typeof refreshToken, string | undefined>();
  same<typeof params, HiworksParams>();
  same<typeof profile, HiworksProfile>();
  done(null, false, { message: `office ${params.office_no} may not sign in` });
};
new HiworksStrategy(options, verifyWithParams);

const verifyWithBoth: HiworksVerifyWithRequestAndParams = (req, access, refresh, params, profile, done) => {
  same<typeof req.url, string>();
  same<typeof access, string>();
  same<typeof refresh, string | undefined>();
  same<typeof params, HiworksParams>();
  same<typeof profile, HiworksProfile>();
  done(null, { id: profile.id });
};
new HiworksStrategy(withRequest, verifyWithBoth);

const verify: HiworksVerify = (_access, _refresh, profile, done) => done(null, profile);
new HiworksStrategy(options, verify);
const verifyWithRequest: HiworksVerifyWithRequest = (_req, _access, _refresh, profile, done) =>
  done(null, profile);
new HiworksStrategy(withRequest, verifyWithRequest);

// Every option.

const accessType: HiworksAccessType = 'offline';
new HiworksStrategy(
  {
    ...options,
    accessType,
    fetchProfile: true,
    allowedOffices: ['123123'],
    state: 'auto',
    timeout: 5000,
    agent: new Agent({ keepAlive: true }),
    baseURL: 'https://api.hiworks.com',
    authorizationURL: 'https://api.hiworks.com/open/auth/authform',
    tokenURL: 'https://api.hiworks.com/open/auth/accesstoken',
    userProfileURL: 'https://api.hiworks.com/user/v2/me',
    passReqToCallback: false,
    customHeaders: { 'X-App': 'example' },
    proxy: true,
    sessionKey: 'hiworks',
  },
  verify,
);
new HiworksStrategy({ ...options, allowedOffices: '123123', state: false }, verify);
const store = {
  store: (_req: unknown, done: (error: Error | null, state?: string) => void) => done(null, 'handle'),
  verify: (_req: unknown, state: string, done: (error: Error | null, ok: boolean) => void) =>
    done(null, state === 'handle'),
};
new HiworksStrategy({ ...options, store }, verify);

export const once: HiworksAuthenticateOptions = {
  accessType: 'online',
  callbackURL: '/auth/hiworks/callback',
  state: { returnTo: '/inbox' },
};

// What comes back.

export async function refresh(refreshToken: string): Promise<string> {
  const tokens: HiworksTokens = await strategy.refreshAccessToken(refreshToken);
  same<(typeof tokens)['accessToken' | 'refreshToken' | 'officeNo' | 'userNo'], string>();
  return tokens.accessToken;
}

export function nameOf(profile: HiworksProfile): string {
  same<typeof profile.provider, 'hiworks'>();
  same<(typeof profile)['id' | 'userNo' | 'officeNo' | '_raw'], string>();
  same<typeof profile.displayName, string | undefined>();
  same<typeof profile._json, Record<string, unknown>>();
  return profile.displayName ?? profile.username ?? profile.id;
}

export function statusOf(error: unknown): number | undefined {
  if (error instanceof HiworksTransportError) {
    same<typeof error.code, HiworksTransportCode>();
    same<typeof error.status, 502 | 503 | 504>();
    return error.status;
  }
  if (error instanceof HiworksTokenError || error instanceof HiworksProfileError) {
    same<typeof error.code, string>();
    return error.status;
  }
  return error instanceof HiworksAuthorizationError ? error.status : undefined;
}

// Failures and errors, by their codes.

export function textFor({ code, message, officeNo, state }: HiworksFailure): string {
  same<typeof code, HiworksFailureCode>();
  same<typeof message, string>();
  same<typeof officeNo, string | undefined>();
  same<typeof state, unknown>();
  return code === 'office_not_allowed' ? `회사 ${officeNo}는 사용할 수 없습니다` : message;
}

export function descriptionOf(error: unknown): string | undefined {
  if (!isHiworksError(error)) {
    return undefined;
  }
  const fields: HiworksErrorFields = error;
  same<typeof error.status, number>();
  same<typeof fields.statusCode, number>();
  same<typeof fields.expose, false>();
  return fields.description;
}

export function messagesFor(failure: HiworksFailure, error: unknown, code: string | undefined): string[] {
  return [visitorMessage(failure), visitorMessage(error, 'en'), visitorMessage(code, 'ko')];
}

// A profile of its own, for every login.

export class Intranet extends HiworksStrategy {
  override userProfile(
    accessToken: string,
    done: (error?: unknown, profile?: HiworksUserProfile | Record<string, unknown>) => void,
  ): void {
    super.userProfile(accessToken, (error, profile) => done(error, { ...profile, department: '개발팀' }));
  }

  override authorizationParams(options?: HiworksAuthenticateOptions): object {
    return { ...super.authorizationParams(options), theme: 'dark' };
  }
}

// The login from a Hiworks menu.

const fromMenu: HiworksSSOVerify = (profile, done) => done(null, profile);
new HiworksSSOStrategy({ path: process.env.HIWORKS_SSO_PATH }, fromMenu);
export function menuNameOf(profile: HiworksSSOProfile): string {
  same<typeof profile.provider, 'hiworks-sso'>();
  return profile.displayName ?? profile.username ?? profile.id;
}

// The fake Hiworks.

const hong: HiworksUser = { userNo: '1234567', officeNo: '123123', userId: 'hong', name: '홍길동' };
const serverOptions: HiworksServerOptions = { callbackURL, users: [hong], echoState: true };
const failure: ScriptedFailure = { code: 'ERR', msg: '점검 중' };

export async function tryIt(): Promise<string | undefined> {
  const hiworks: HiworksServer = await createHiworksServer(serverOptions);
  new HiworksStrategy({ ...hiworks.options, callbackURL }, verify);
  hiworks.fail('token', failure);
  const callback = await hiworks.signIn(`${hiworks.url}/open/auth/authform`, hong.userNo);
  same<typeof callback, string>();
  await hiworks.close();
  return hiworks.requests[0]?.form.auth_code;
}
