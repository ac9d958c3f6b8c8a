export type { HiworksSSOProfile } from './person-response.js';
export {
  HiworksSSOStrategy,
  HiworksSSOStrategy as default,
  HiworksSSOStrategy as Strategy,
  type HiworksSSOStrategyOptions,
  type HiworksSSOStrategyOptionsWithRequest,
  type HiworksSSOVerify,
  type HiworksSSOVerifyWithRequest,
} from './strategy.js';
