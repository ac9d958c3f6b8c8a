export type { HiworksSSOProfile } from './menu-token.js';
export {
  HiworksSSOStrategy,
  HiworksSSOStrategy as default,
  HiworksSSOStrategy as Strategy,
  type HiworksSSOStrategyOptions,
  type HiworksSSOStrategyOptionsWithRequest,
  type HiworksSSOVerify,
  type HiworksSSOVerifyWithRequest,
} from './strategy.js';
