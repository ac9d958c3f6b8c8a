import { expect } from 'chai';

import hiworks = require('passport-hiworks');
import sso = require('passport-hiworks/sso');
import testing = require('passport-hiworks/testing');

describe('What the package exports', () => {
  it('is the strategy under its three names, the error classes with isHiworksError, and visitorMessage', () => {
    expect(hiworks).to.have.all.keys(
      'HiworksStrategy',
      'Strategy',
      'default',
      'HiworksAuthorizationError',
      'HiworksProfileError',
      'HiworksTokenError',
      'HiworksTransportError',
      'isHiworksError',
      'visitorMessage',
    );
    expect(hiworks.Strategy).to.equal(hiworks.HiworksStrategy);
    expect(hiworks.default).to.equal(hiworks.HiworksStrategy);
    expect(hiworks.HiworksStrategy.Strategy).to.equal(hiworks.HiworksStrategy);
  });

  it('is the strategy of the menu under its three names at passport-hiworks/sso', () => {
    expect(sso).to.have.all.keys('HiworksSSOStrategy', 'Strategy', 'default');
    expect(sso.Strategy).to.equal(sso.HiworksSSOStrategy);
    expect(sso.default).to.equal(sso.HiworksSSOStrategy);
    expect(sso.HiworksSSOStrategy.Strategy).to.equal(sso.HiworksSSOStrategy);
  });

  it('is createHiworksServer at passport-hiworks/testing', () => {
    expect(testing).to.have.all.keys('createHiworksServer');
  });
});
