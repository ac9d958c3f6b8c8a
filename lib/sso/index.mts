export type * from './index.js';
export { HiworksSSOStrategy, HiworksSSOStrategy as default, Strategy } from './index.js';
