import { expect } from 'chai';

import hiworks = require('passport-hiworks');
import testing = require('passport-hiworks/testing');

describe('What the package exports', () => {
  it('is the strategy under its three names, and the error classes', () => {
    expect(hiworks).to.have.all.keys(
      'HiworksStrategy',
      'Strategy',
      'default',
      'HiworksAuthorizationError',
      'HiworksProfileError',
      'HiworksTokenError',
      'HiworksTransportError',
    );
    expect(hiworks.Strategy).to.equal(hiworks.HiworksStrategy);
    expect(hiworks.default).to.equal(hiworks.HiworksStrategy);
  });

  it('is one and the same by require and by import', async () => {
    expect({ ...(await import('passport-hiworks')) }).to.deep.equal({ ...hiworks });
  });

  it('is createHiworksServer at passport-hiworks/testing, by require and by import', async () => {
    expect(testing).to.have.all.keys('createHiworksServer');
    expect({ ...(await import('passport-hiworks/testing')) }).to.deep.equal({ ...testing });
  });
});
