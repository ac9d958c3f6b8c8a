export * from './errors.js';
export type { HiworksProfile, HiworksUserProfile } from './hiworks/profile.js';
export * from './messages.js';
export type {
  HiworksAccessType,
  HiworksAuthenticateOptions,
  HiworksStrategyOptions,
  HiworksStrategyOptionsWithRequest,
} from './options.js';
export type { HiworksFailure, HiworksFailureCode } from './passport/outcome.js';
export type { HiworksVerifyDone } from './passport/verify.js';
export type {} from './passport-types.js';
export {
  HiworksStrategy,
  HiworksStrategy as default,
  HiworksStrategy as Strategy,
  type HiworksTokens,
} from './strategy.js';
export type * from './verify.js';
