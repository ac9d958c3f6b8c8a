import { expect } from 'chai';
import { startApplication } from './support/application.mjs';
import { Browser, signIn } from './support/browser.mjs';
import { environment, startHiworks } from './support/hiworks.mjs';

describe('Recipe: beside a local password', () => {
  let hiworks;
  let application;

  before(async () => {
    hiworks = await startHiworks();
    application = await startApplication('local-password.mjs', {
      ...environment(hiworks),
      HONG_PASSWORD: 'correct horse',
      KIM_PASSWORD: 'battery staple',
    });
  });
  afterEach(async () => {
    for (const browser of [await hong(), await kim()]) {
      await browser.open('/disconnect', { method: 'POST' });
    }
  });
  after(async () => {
    await application.stop();
    await hiworks.close();
  });

  async function signedIn(email, password) {
    const browser = new Browser(application.url);
    const page = await browser.arrive('/login', { method: 'POST', form: { email, password } });
    expect(page.text).to.include(email);
    return browser;
  }
  const hong = () => signedIn('hong@example.com', 'correct horse');
  const kim = () => signedIn('kim@example.com', 'battery staple');

  it('signs in with the right password only, and from its own form only', async () => {
    const browser = new Browser(application.url);
    const form = { email: 'hong@example.com', password: 'wrong' };
    expect((await browser.arrive('/login', { method: 'POST', form })).url).to.include('/login?failed');
    const right = { ...form, password: 'correct horse' };
    expect(
      (await browser.open('/login', { method: 'POST', form: right, from: 'cross-site' })).status,
    ).to.equal(403);
    await hong();
  });

  it('signs in nobody whose Hiworks account is not connected', async () => {
    const page = await signIn(new Browser(application.url), hiworks, '1234567');
    expect(page.url).to.equal(`${application.url}/login?failed`);
  });

  it('connects a Hiworks account, which then signs in, until it is disconnected', async () => {
    const browser = await hong();
    const page = await signIn(browser, hiworks, '1234567', '/connect/hiworks');
    expect(page.text).to.include('<p>hong@example.com, 하이웍스: 1234567</p>');

    const another = new Browser(application.url);
    expect((await signIn(another, hiworks, '1234567')).text).to.include('hong@example.com');
    await another.arrive('/disconnect', { method: 'POST' });
    expect((await signIn(new Browser(application.url), hiworks, '1234567')).url).to.include('/login?failed');
  });

  it('does not connect an account that another user has', async () => {
    await signIn(await hong(), hiworks, '1234567', '/connect/hiworks');
    const browser = await kim();
    expect((await signIn(browser, hiworks, '1234567', '/connect/hiworks')).status).to.equal(409);
    expect((await browser.open('/')).text).to.include('연결하기');
  });

  it('does not connect by a login that was begun to sign in', async () => {
    const browser = new Browser(application.url);
    const { location } = await browser.open('/auth/hiworks');
    const callback = await hiworks.signIn(location, '1234567');
    await browser.arrive('/login', {
      method: 'POST',
      form: { email: 'kim@example.com', password: 'battery staple' },
    });
    const page = await browser.arrive(callback, { from: 'cross-site' });
    expect(page.text).to.include('연결하지 못했습니다').and.to.include('연결하기');
  });

  it('does not sign in by a login that was begun to connect', async () => {
    await signIn(await hong(), hiworks, '1234567', '/connect/hiworks');
    const browser = await kim();
    const { location } = await browser.open('/connect/hiworks');
    const callback = await hiworks.signIn(location, '1234567');
    browser.cookies.clear(); // signed out meanwhile
    expect((await browser.arrive(callback, { from: 'cross-site' })).url).to.include('/login?failed');
  });

  it('does not connect by the forged callback of another site', async () => {
    const attacker = await kim();
    const { location } = await attacker.open('/connect/hiworks');
    const forged = await hiworks.signIn(location, '1234568');
    const victim = await hong();
    await victim.open('/connect/hiworks', { from: 'cross-site' });
    const page = await victim.arrive(forged, { from: 'cross-site' });
    expect(page.text).to.include('연결하기');
  });
});
