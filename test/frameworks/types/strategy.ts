// What is written for any framework: the strategy itself, in every form of `verify`.
import {
  type HiworksProfile,
  HiworksStrategy,
  type HiworksStrategyOptions,
  type HiworksStrategyOptionsWithRequest,
  type HiworksVerify,
  type HiworksVerifyWithParams,
  type HiworksVerifyWithRequestAndParams,
} from 'passport-hiworks';

const { HIWORKS_CLIENT_ID: clientID, HIWORKS_CLIENT_SECRET: clientSecret } = process.env;
const options = { clientID, clientSecret, callbackURL: '/auth/hiworks/callback' };

const users = new Map<string, { id: string; name: string | undefined }>();

export const strategies = [
  new HiworksStrategy(options, (_accessToken, _refreshToken, profile, done) => done(null, profile)),
  new HiworksStrategy(options, (accessToken, refreshToken, profile, done) => {
    const tokens: [string, string | undefined] = [accessToken, refreshToken];
    done(null, false, { message: `${profile.officeNo} ${tokens.length}` });
  }),
  new HiworksStrategy(
    options,
    async (_accessToken, _refreshToken, profile) => users.get(profile.id) ?? false,
  ),
  new HiworksStrategy({ ...options, passReqToCallback: true }, (req, _access, _refresh, profile, done) =>
    done(null, { ip: req.ip, id: profile.id }),
  ),
  new HiworksStrategy({ ...options, passReqToCallback: true }, async (req, _access, _refresh, profile) => ({
    agent: req.headers['user-agent'],
    id: profile.id,
  })),
  // TypeScript settles a function's parameters by the first overload: the forms with params need their names.
  new HiworksStrategy(options, ((_accessToken, _refreshToken, params, profile, done) =>
    done(null, { office: params.office_no, id: profile.id })) satisfies HiworksVerifyWithParams),
  new HiworksStrategy({ ...options, passReqToCallback: true }, (async (
    req,
    _access,
    _refresh,
    params,
    profile,
  ) => ({
    host: req.headers.host,
    office: params.office_no,
    id: profile.id,
  })) satisfies HiworksVerifyWithRequestAndParams),
];

const kept: HiworksStrategyOptions = {
  ...options,
  accessType: 'offline',
  fetchProfile: true,
  allowedOffices: ['123123'],
  state: 'auto',
  timeout: 5000,
};
const verify: HiworksVerify = (_accessToken, _refreshToken, profile: HiworksProfile, done) =>
  done(null, profile);
export const fromVariables = new HiworksStrategy(kept, verify);
const keptWithRequest: HiworksStrategyOptionsWithRequest = { ...kept, passReqToCallback: true };
export const withRequest = new HiworksStrategy(keptWithRequest, (req, _access, _refresh, profile, done) =>
  done(null, { ip: req.ip, ...profile }),
);

export async function refresh(refreshToken: string): Promise<string> {
  const tokens = await fromVariables.refreshAccessToken(refreshToken);
  return `${tokens.accessToken} ${tokens.refreshToken} ${tokens.officeNo} ${tokens.userNo}`;
}

// @ts-expect-error clientID is missing
new HiworksStrategy({ clientSecret }, verify);
// @ts-expect-error clientSecret is missing
new HiworksStrategy({ clientID }, verify);
// @ts-expect-error no such accessType
new HiworksStrategy({ ...options, accessType: 'always' }, verify);
// @ts-expect-error no such option
new HiworksStrategy({ ...options, scope: ['mail'] }, verify);
// @ts-expect-error an office_no is a string
new HiworksStrategy({ ...options, allowedOffices: 123123 }, verify);
// @ts-expect-error no such state
new HiworksStrategy({ ...options, state: 'always' }, verify);
// @ts-expect-error verify is missing
new HiworksStrategy(options);
// @ts-expect-error verify is no function
new HiworksStrategy(options, {});
// @ts-expect-error there is no e-mail address in a profile
new HiworksStrategy(options, async (_accessToken, _refreshToken, profile) => profile.emails);
