import { createRequire } from 'node:module';
import Default, { HiworksStrategy, Strategy } from 'passport-hiworks';
import { createHiworksServer } from 'passport-hiworks/testing';

const require = createRequire(import.meta.url);
const required = require('passport-hiworks');

console.log(
  JSON.stringify({
    HiworksStrategy: HiworksStrategy === required.HiworksStrategy,
    Strategy: Strategy === required.HiworksStrategy && required.Strategy === HiworksStrategy,
    default: Default === required.HiworksStrategy && required.default === HiworksStrategy,
    createHiworksServer: createHiworksServer === require('passport-hiworks/testing').createHiworksServer,
  }),
);
