export {
  HiworksAuthorizationError,
  HiworksProfileError,
  HiworksTokenError,
  type HiworksTransportCode,
  HiworksTransportError,
} from './errors.js';
export type {
  HiworksAccessType,
  HiworksAuthenticateOptions,
  HiworksStrategyOptions,
  HiworksStrategyOptionsWithRequest,
} from './options.js';
export type {} from './passport.js';
export type { HiworksProfile } from './profile.js';
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
