import { expect } from 'chai';
import type { HiworksServer } from 'passport-hiworks/testing';
import { type Application, start } from '../frameworks/application.js';
import { Browser } from '../frameworks/browser.js';
import {
  EMPLOYEES,
  type Employee,
  environment,
  expectUser,
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

  after(() => redis?.close());

  /** A process that runs the Express example. The two share nothing but the sessions in Redis. */
  function startMachine(): Promise<Application> {
    return start('notes', { ...environment(hiworks), REDIS_SOCKET: redis.socket }, 'node redis.mjs');
  }

  async function restart(index: 0 | 1): Promise<void> {
    machines[index] = await startMachine();
    balancer.machines[index] = machines[index].url;
  }

  async function expectUserOnBoth(of: Browser, employee: Employee = HONG): Promise<void> {
    for (const _ of machines) {
      await expectUser(of, employee);
    }
  }

  it('A login that one machine started is finished by the other', async () => {
    await signIn(hiworks, browser);
    const [started, finished] = balancer.answered;
    expect([started, finished]).to.have.members(balancer.machines);
    await expectUserOnBoth(browser);
  });

  it('A login is finished though the machine that started it was killed', async () => {
    const location = await browser.leave(LOGIN);
    await machines[0].close();
    await browser.read(await hiworks.signIn(location, HONG.userNo));
    expect(balancer.answered).to.deep.equal([machines[0].url, machines[1].url, machines[1].url]);
    await restart(0);
    await expectUserOnBoth(browser);
  });

  it('A login is finished though both machines were restarted in the middle of it', async () => {
    const location = await browser.leave(LOGIN);
    await Promise.all(machines.map((machine) => machine.close()));
    await restart(0);
    await restart(1);
    await browser.read(await hiworks.signIn(location, HONG.userNo));
    await expectUserOnBoth(browser);
  });

  it('The path to return to is known to both machines', async () => {
    const page = await signIn(hiworks, browser, HONG, '/inbox');
    expect(page.url).to.equal(`${balancer.url}/inbox`);
  });

  it('A callback is used once, whichever machine it is repeated on', async () => {
    const callback = await hiworks.signIn(await browser.leave(LOGIN), HONG.userNo);
    await browser.read(callback);
    const spent = hiworks.requests.length;
    for (const _ of machines) {
      await browser.read(callback);
    }
    expect(hiworks.requests).to.have.length(spent);
    await expectUserOnBoth(browser);
  });

  it('25 employees who sign in at once are never mixed up by two machines', async () => {
    await Promise.all(
      EMPLOYEES.map(async (employee) => {
        const own = new Browser(balancer.url);
        await signIn(hiworks, own, employee);
        await expectUserOnBoth(own, employee);
      }),
    );
    expect(new Set(balancer.answered)).to.have.property('size', 2);
  });
});
