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
  });

  it('is one and the same by require and by import', async () => {
    expect({ ...(await import('passport-hiworks')) }).to.deep.equal({ ...hiworks });
  });

  it('is the strategy of the menu under its three names at passport-hiworks/sso, by require and by import', async () => {
    expect(sso).to.have.all.keys('HiworksSSOStrategy', 'Strategy', 'default');
    expect(sso.Strategy).to.equal(sso.HiworksSSOStrategy);
    expect({ ...(await import('passport-hiworks/sso')) }).to.deep.equal({ ...sso });
  });

  it('is createHiworksServer at passport-hiworks/testing, by require and by import', async () => {
    expect(testing).to.have.all.keys('createHiworksServer');
    expect({ ...(await import('passport-hiworks/testing')) }).to.deep.equal({ ...testing });
  });
});
