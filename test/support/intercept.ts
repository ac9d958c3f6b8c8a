import nock from 'nock';

/** Lets nock intercept the requests of this `describe`: Hiworks' real URLs can be used, and nothing is sent. */
export function interceptHTTP(): void {
  before(() => {
    nock.activate();
    nock.disableNetConnect();
  });
  afterEach(() => nock.cleanAll());
  after(() => nock.restore());
}
