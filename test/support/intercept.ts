import nock from 'nock';

/** Lets nock intercept the requests of this `describe`, so that the real Hiworks' URLs can be used: nothing leaves. */
export function interceptHTTP(): void {
  before(() => {
    nock.activate();
    nock.disableNetConnect();
  });
  afterEach(() => nock.cleanAll());
  after(() => nock.restore());
}
