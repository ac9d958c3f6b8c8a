import { createRequire } from 'node:module';
import Default, { HiworksStrategy, isHiworksError, Strategy } from 'passport-hiworks';
import { HiworksSSOStrategy } from 'passport-hiworks/sso';
import { createHiworksServer } from 'passport-hiworks/testing';

const require = createRequire(import.meta.url);
const required = require('passport-hiworks');

console.log(
  JSON.stringify({
    HiworksStrategy: HiworksStrategy === required.HiworksStrategy,
    Strategy: Strategy === required.HiworksStrategy && required.Strategy === HiworksStrategy,
    default: Default === required.HiworksStrategy && required.default === HiworksStrategy,
    isHiworksError: isHiworksError === required.isHiworksError,
    HiworksSSOStrategy: HiworksSSOStrategy === require('passport-hiworks/sso').HiworksSSOStrategy,
    createHiworksServer: createHiworksServer === require('passport-hiworks/testing').createHiworksServer,
  }),
);
