import { expect } from 'chai';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import { named } from '../frameworks/versions.js';
import { Browser } from '../support/browser.js';
import { type Balancer, startBalancer } from './balancer.js';
import { type Machine, type MachineSettings, startMachine } from './machine.js';
import { type Redis, startRedis } from './redis.js';

const LOGIN = '/auth/hiworks';
const PEOPLE = Array.from({ length: 25 }, (_, index) => ({
  userNo: String(9962600 + index),
  officeNo: '123123',
  userId: `user${index}`,
  name: `${index}번 길동`,
}));
const [HONG] = PEOPLE as [(typeof PEOPLE)[0]];

describe(`Two machines with sessions in Redis (${named('express', 'connect-redis', 'redis')})`, () => {
  let redis: Redis;
  let hiworks: HiworksServer;
  let balancer: Balancer;
  let settings: MachineSettings;
  let machines: [Machine, Machine];

  before(async () => {
    redis = await startRedis();
    console.log(`    redis-server ${redis.version}, Node ${process.versions.node}`);
  });

  beforeEach(async () => {
    balancer = await startBalancer();
    const callbackURL = `${balancer.url}/auth/hiworks/callback`;
    hiworks = await createHiworksServer({ users: PEOPLE, echoState: true, callbackURL });
    const options = { ...hiworks.options, callbackURL, state: true };
    settings = { options, redis: redis.socket, secret: 'what the cookies are signed with' };
    machines = [await startMachine(settings), await startMachine(settings)];
    balancer.machines = machines.map(({ url }) => url);
  });

  afterEach(async () => {
    await Promise.all(machines.map((machine) => machine.kill()));
    await balancer.close();
    await hiworks.close();
  });

  // There is none where it could not be started.
  after(() => redis?.close());

  async function restart(index: 0 | 1): Promise<void> {
    machines[index] = await startMachine(settings);
    balancer.machines[index] = machines[index].url;
  }

  async function expectPerson(browser: Browser, { name } = HONG): Promise<void> {
    // Once from each machine.
    for (const _ of machines) {
      expect((await browser.read('/')).text).to.include(`<strong>${name}</strong>`);
    }
  }

  it('a login begun on one ends on the other', async () => {
    const browser = new Browser(balancer.url);
    await browser.read(await hiworks.signIn(await browser.leave(LOGIN), HONG.userNo));
    const [begun, ended] = balancer.answered;
    expect([begun, ended]).to.have.members(balancer.machines);
    await expectPerson(browser);
  });

  it('a login comes off though the machine that it was begun on has been killed', async () => {
    const browser = new Browser(balancer.url);
    const location = await browser.leave(LOGIN);
    await machines[0].kill();
    await browser.read(await hiworks.signIn(location, HONG.userNo));
    expect(balancer.answered).to.deep.equal([machines[0].url, machines[1].url, machines[1].url]);
    await restart(0);
    await expectPerson(browser);
  });

  it('a login comes off though every machine has been restarted in the middle of it', async () => {
    const browser = new Browser(balancer.url);
    const location = await browser.leave(LOGIN);
    await Promise.all(machines.map((machine) => machine.kill()));
    await restart(0);
    await restart(1);
    await browser.read(await hiworks.signIn(location, HONG.userNo));
    await expectPerson(browser);
  });

  it('the application state crosses over with the login', async () => {
    const browser = new Browser(balancer.url);
    const page = await browser.read(await hiworks.signIn(await browser.leave('/inbox'), HONG.userNo));
    expect(page.url).to.equal(`${balancer.url}/inbox`);
  });

  it('a callback that was used on one machine is refused on the other', async () => {
    const browser = new Browser(balancer.url);
    const callback = await hiworks.signIn(await browser.leave(LOGIN), HONG.userNo);
    await browser.read(callback);
    const spent = hiworks.requests.length;
    for (const _ of machines) {
      expect((await browser.read(callback)).status).to.equal(403);
    }
    expect(hiworks.requests).to.have.length(spent);
  });

  it('25 people at once are never mixed up', async () => {
    await Promise.all(
      PEOPLE.map(async (person) => {
        const browser = new Browser(balancer.url);
        await browser.read(await hiworks.signIn(await browser.leave(LOGIN), person.userNo));
        await expectPerson(browser, person);
      }),
    );
    expect(new Set(balancer.answered)).to.have.property('size', 2);
  });
});
