import { expect } from 'chai';
import type { HiworksServer } from 'passport-hiworks/testing';
import { type Application, start } from '../frameworks/application.js';
import { Browser } from '../frameworks/browser.js';
import {
  EMPLOYEES,
  type Employee,
  environment,
  HONG,
  LOGIN,
  signIn,
  startHiworks,
} from '../frameworks/login.js';
import { named } from '../frameworks/workspace.js';
import { type Balancer, startBalancer } from './balancer.js';
import { type Redis, startRedis } from './redis.js';

describe(`Two machines with sessions in Redis (${named('notes', 'express', 'connect-redis', 'redis')})`, () => {
  let redis: Redis;
  let hiworks: HiworksServer;
  let balancer: Balancer;
  let machines: [Application, Application];
  let browser: Browser;

  before(async () => {
    redis = await startRedis();
    console.log(`    redis-server ${redis.version}, Node ${process.versions.node}`);
  });

  beforeEach(async () => {
    balancer = await startBalancer();
    hiworks = await startHiworks();
    hiworks.register(`${balancer.url}${LOGIN}/callback`);
    machines = await Promise.all([startMachine(), startMachine()]);
    balancer.machines = machines.map(({ url }) => url);
    browser = new Browser(balancer.url);
  });

  afterEach(async () => {
    await Promise.all(machines.map((machine) => machine.close()));
    await balancer.close();
    await hiworks.close();
  });

  // There is none if it could not be started.
  after(() => redis?.close());

  /** A process of its own that runs the Express example; it shares nothing with another but the sessions in Redis. */
  function startMachine(): Promise<Application> {
    return start('notes', { ...environment(hiworks), REDIS_SOCKET: redis.socket }, 'node redis.mjs');
  }

  async function restart(index: 0 | 1): Promise<void> {
    machines[index] = await startMachine();
    balancer.machines[index] = machines[index].url;
  }

  async function expectUser(of: Browser, { name }: Employee = HONG): Promise<void> {
    // Once from each machine.
    for (const _ of machines) {
      expect((await of.read('/')).text).to.include(`<strong>${name}</strong>`);
    }
  }

  it('a login begun on one ends on the other', async () => {
    await signIn(hiworks, browser);
    const [begun, ended] = balancer.answered;
    expect([begun, ended]).to.have.members(balancer.machines);
    await expectUser(browser);
  });

  it('a login succeeds though the machine that it was begun on has been killed', async () => {
    const location = await browser.leave(LOGIN);
    await machines[0].close();
    await browser.read(await hiworks.signIn(location, HONG.userNo));
    expect(balancer.answered).to.deep.equal([machines[0].url, machines[1].url, machines[1].url]);
    await restart(0);
    await expectUser(browser);
  });

  it('a login succeeds though every machine has been restarted in the middle of it', async () => {
    const location = await browser.leave(LOGIN);
    await Promise.all(machines.map((machine) => machine.close()));
    await restart(0);
    await restart(1);
    await browser.read(await hiworks.signIn(location, HONG.userNo));
    await expectUser(browser);
  });

  it('the application state crosses over with the login', async () => {
    const page = await signIn(hiworks, browser, HONG, '/inbox');
    expect(page.url).to.equal(`${balancer.url}/inbox`);
  });

  it('a callback that was used on one machine is refused on the other', async () => {
    const callback = await hiworks.signIn(await browser.leave(LOGIN), HONG.userNo);
    await browser.read(callback);
    const spent = hiworks.requests.length;
    for (const _ of machines) {
      expect((await browser.read(callback)).status).to.equal(403);
    }
    expect(hiworks.requests).to.have.length(spent);
  });

  it('25 employees at once are never mixed up', async () => {
    await Promise.all(
      EMPLOYEES.map(async (employee) => {
        const own = new Browser(balancer.url);
        await signIn(hiworks, own, employee);
        await expectUser(own, employee);
      }),
    );
    expect(new Set(balancer.answered)).to.have.property('size', 2);
  });
});
