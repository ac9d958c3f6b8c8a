export type {
  HiworksFailure,
  HiworksFailureEndpoint,
  HiworksRequest,
  HiworksServer,
  HiworksServerOptions,
  HiworksStrategySettings,
  HiworksUser,
} from './index.js';
export { createHiworksServer } from './index.js';
