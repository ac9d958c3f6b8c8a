// What must not compile: each comment below is an error itself if the line under it compiles.

import type {
  HiworksAuthenticateOptions,
  HiworksFailure,
  HiworksProfile,
  HiworksVerify,
  HiworksVerifyWithParams,
  HiworksVerifyWithRequestAndParams,
} from 'passport-hiworks';
import { HiworksStrategy } from 'passport-hiworks';
import { HiworksSSOStrategy } from 'passport-hiworks/sso';
import { createHiworksServer } from 'passport-hiworks/testing';

declare const verify: HiworksVerify;
declare const withParams: HiworksVerifyWithParams;
declare const withRequest: HiworksVerifyWithRequestAndParams;
declare const profile: HiworksProfile;
declare const strategy: HiworksStrategy;

const clientID = 'example.open.apps';
const clientSecret = 'secret';

// @ts-expect-error: without a clientID
new HiworksStrategy({ clientSecret }, verify);
// @ts-expect-error: without a clientSecret
new HiworksStrategy({ clientID }, verify);
// @ts-expect-error: without verify
new HiworksStrategy({ clientID, clientSecret });
// @ts-expect-error: verify is not a function
new HiworksStrategy({ clientID, clientSecret }, 'verify');
// @ts-expect-error: Hiworks knows online and offline
new HiworksStrategy({ clientID, clientSecret, accessType: 'both' }, verify);
// @ts-expect-error: Hiworks has no scopes
new HiworksStrategy({ clientID, clientSecret, scope: 'mail' }, verify);
// @ts-expect-error: a misspelt option
new HiworksStrategy({ clientID, clientSecret, allowedOffice: '123123' }, verify);
// @ts-expect-error: office numbers are strings
new HiworksStrategy({ clientID, clientSecret, allowedOffices: 123123 }, verify);
// @ts-expect-error: milliseconds are a number
new HiworksStrategy({ clientID, clientSecret, timeout: '10s' }, verify);
// @ts-expect-error: a misspelt state
new HiworksStrategy({ clientID, clientSecret, state: 'always' }, verify);
// @ts-expect-error: a store has verify, too
new HiworksStrategy({ clientID, clientSecret, store: { store() {} } }, verify);
// @ts-expect-error: the request comes with passReqToCallback only
new HiworksStrategy({ clientID, clientSecret }, withRequest);
// @ts-expect-error: with passReqToCallback the request comes first
new HiworksStrategy({ clientID, clientSecret, passReqToCallback: true }, withParams);
// @ts-expect-error: the params come before the profile
export const swapped: HiworksVerifyWithParams = (_access, _refresh, p, _params, done) => done(null, p._json);
// @ts-expect-error: there may be no refresh token
export const eager: HiworksVerify = (_access, refresh, _profile, done) => done(null, [refresh.length]);
// @ts-expect-error: no e-mail address is known
export const mailed: HiworksVerify = (_access, _refresh, p, done) => done(null, [p.email]);

// @ts-expect-error: no e-mail address is known
profile.email;
// @ts-expect-error: nor passport's list of them
profile.emails;
// @ts-expect-error: the name comes with fetchProfile only
profile.displayName.length;

// @ts-expect-error: a refresh needs a token
strategy.refreshAccessToken();
// @ts-expect-error: refreshing is asynchronous
strategy.refreshAccessToken('token').accessToken;
// @ts-expect-error: a mobile client's token is needed
strategy.userProfile((_error, _profile) => undefined);

// @ts-expect-error: Hiworks knows online and offline
export const both: HiworksAuthenticateOptions = { accessType: 'both' };

export function byCode(failure: HiworksFailure): string {
  // @ts-expect-error: no such failure
  return failure.code === 'cancelled' ? '취소' : failure.message;
}

// @ts-expect-error: without the path, anybody's token would do
new HiworksSSOStrategy({}, (menuProfile, done) => done(null, menuProfile));
// @ts-expect-error: nothing in a token says which company it is for
new HiworksSSOStrategy({ path: '/x', allowedOffices: '1' }, (menuProfile, done) => done(null, menuProfile));

// @ts-expect-error: a user has an office
createHiworksServer({ users: [{ userNo: '1', userId: 'kim', name: '김철수' }] });
// @ts-expect-error: the server is there later
createHiworksServer().url;
// @ts-expect-error: no such endpoint
createHiworksServer().then((hiworks) => hiworks.fail('logout', 'hang'));
