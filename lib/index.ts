export {
  HiworksAuthorizationError,
  type HiworksErrorFields,
  HiworksProfileError,
  HiworksTokenError,
  type HiworksTransportCode,
  HiworksTransportError,
  isHiworksError,
} from './errors.js';
export type {
  HiworksAccessType,
  HiworksAuthenticateOptions,
  HiworksStrategyOptions,
  HiworksStrategyOptionsWithRequest,
} from './options.js';
export type { HiworksFailure, HiworksFailureCode } from './outcome.js';
export type {} from './passport.js';
export type { HiworksProfile, HiworksUserProfile } from './profile.js';
export {
  HiworksStrategy,
  HiworksStrategy as default,
  HiworksStrategy as Strategy,
  type HiworksTokens,
} from './strategy.js';
export type {
  HiworksParams,
  HiworksVerify,
  HiworksVerifyDone,
  HiworksVerifyWithParams,
  HiworksVerifyWithRequest,
  HiworksVerifyWithRequestAndParams,
} from './verify.js';
