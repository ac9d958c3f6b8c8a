// CommonJS' own way to import.

import hiworks = require('passport-hiworks');
import sso = require('passport-hiworks/sso');
import testing = require('passport-hiworks/testing');

const { HiworksStrategy, Strategy, default: Default } = hiworks;

export const strategies: hiworks.HiworksStrategy[] = [HiworksStrategy, Strategy, Default].map(
  (Any) =>
    new Any({ clientID: 'example.open.apps', clientSecret: 'secret' }, (_access, _refresh, profile, done) =>
      done(null, profile),
    ),
);
export const menu: typeof sso.HiworksSSOStrategy = sso.Strategy;
export const server: Promise<testing.HiworksServer> = testing.createHiworksServer();
