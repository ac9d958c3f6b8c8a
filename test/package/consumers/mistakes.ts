// What must not compile: each comment below is an error itself if the line under it compiles.

import type {
  HiworksAuthenticateOptions,
  HiworksFailure,
  HiworksProfile,
  HiworksVerify,
  HiworksVerifyWithParams,
  HiworksVerifyWithRequestAndParams,
} from 'passport-hiworks';
import { HiworksStrategy, visitorMessage } from 'passport-hiworks';
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
// @ts-expect-error: it is 'online' or 'offline'
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
// @ts-expect-error: a store needs verify as well
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
// @ts-expect-error: nor Passport's list of them
profile.emails;
// @ts-expect-error: the name comes with fetchProfile only
profile.displayName.length;

// @ts-expect-error: a refresh needs a token
strategy.refreshAccessToken();
// @ts-expect-error: refreshing is asynchronous
strategy.refreshAccessToken('token').accessToken;
// @ts-expect-error: an access token is needed
strategy.userProfile((_error, _profile) => undefined);

// @ts-expect-error: it is 'online' or 'offline'
export const both: HiworksAuthenticateOptions = { accessType: 'both' };

export function byCode(failure: HiworksFailure): string {
  // @ts-expect-error: no such failure
  return failure.code === 'cancelled' ? '취소' : failure.message;
}

// @ts-expect-error: messages are Korean or English
visitorMessage('timeout', 'ja');

// @ts-expect-error: the path is required
new HiworksSSOStrategy({}, (menuProfile, done) => done(null, menuProfile));
// @ts-expect-error: a token does not identify the company
new HiworksSSOStrategy({ path: '/x', allowedOffices: '1' }, (menuProfile, done) => done(null, menuProfile));

// @ts-expect-error: a user has an office
createHiworksServer({ users: [{ userNo: '1', userId: 'kim', name: '김철수' }] });
// @ts-expect-error: it returns a promise
createHiworksServer().url;
// @ts-expect-error: no such endpoint
createHiworksServer().then((hiworks) => hiworks.fail('logout', 'hang'));
