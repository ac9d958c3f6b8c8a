export type { ScriptedFailure } from './failures.js';
export type { HiworksServerOptions, MenuTokenShape } from './options.js';
export type { HiworksRequest, ScriptedEndpoint } from './requests.js';
export type { HiworksServer, HiworksSSOStrategySettings, HiworksStrategySettings } from './server.js';
export { createHiworksServer } from './server.js';
export type { HiworksUser } from './users.js';
