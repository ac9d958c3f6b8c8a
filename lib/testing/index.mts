export type * from './index.js';
export { createHiworksServer } from './index.js';
