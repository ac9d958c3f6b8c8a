export type { HiworksFailure, HiworksFailureEndpoint } from './failures.js';
export type { HiworksRequest } from './hiworks.js';
export type { HiworksServerOptions, HiworksUser } from './options.js';
export type { HiworksServer, HiworksStrategySettings } from './server.js';
export { createHiworksServer } from './server.js';
