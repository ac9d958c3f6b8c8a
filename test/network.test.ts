import http from 'node:http';
import https from 'node:https';
import { expect } from 'chai';
import { HttpsProxyAgent as HpAgent } from 'hpagent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { HiworksStrategy, HiworksStrategyOptions } from 'passport-hiworks';
import { type ConnectProxy, connectProxy } from './support/connect-proxy.js';
import { authenticate, get } from './support/login.js';
import { LoginProcess } from './support/login-process.js';
import { expectNothingSecretIn, REFRESH_TOKEN } from './support/secrets.js';
import { CALLBACK, optionsFor, strategyFor } from './support/strategy.js';
import { CERTIFICATE, CERTIFICATE_FILE, type TlsHiworks, tlsHiworks } from './support/tls-hiworks.js';

type SetAgent = (agent: http.Agent | undefined) => void;
type SetGlobalProxy = (environment: Record<string, string>) => () => void;

// Node's types are those of Node 20, which has neither.
const { setGlobalProxyFromEnv } = http as unknown as { setGlobalProxyFromEnv?: SetGlobalProxy };
const readsProxyEnvironment = process.allowedNodeEnvironmentFlags.has('--use-env-proxy');
// CI runs the suite on later releases, and fails if a test is skipped.
const describeIf = (known: unknown) => (known ? describe : () => undefined);

// https-proxy-agent's own options are for the proxy; those for the host behind it come with the request.
class TrustingProxyAgent extends HttpsProxyAgent<string> {
  override connect(...[request, options]: Parameters<HttpsProxyAgent<string>['connect']>) {
    return super.connect(request, { ...options, ca: CERTIFICATE } as typeof options);
  }
}

describe('The network', () => {
  const { globalAgent } = https;
  const ending: (() => unknown)[] = [];
  let hiworks: TlsHiworks;

  beforeEach(async () => {
    hiworks = await tlsHiworks();
    ending.push(hiworks.close);
  });
  afterEach(async () => {
    for (const end of ending.splice(0).reverse()) {
      await end();
    }
    https.globalAgent = globalAgent;
  });

  async function startProxy(options?: Parameters<typeof connectProxy>[0]): Promise<ConnectProxy> {
    const proxy = await connectProxy(options);
    ending.push(proxy.close);
    return proxy;
  }

  /** Changes a property for the time of a test. */
  function set<T extends object, K extends keyof T>(target: T, name: K, value: T[K]): void {
    const before = Object.getOwnPropertyDescriptor(target, name);
    target[name] = value;
    ending.push(() => (before ? Object.defineProperty(target, name, before) : delete target[name]));
  }

  function trustHiworks(): void {
    set(https.globalAgent.options, 'ca', CERTIFICATE);
  }

  async function logIn(strategy: HiworksStrategy): Promise<string> {
    const outcome = await authenticate(strategy, get(CALLBACK));
    if (outcome.kind === 'error') {
      expectNothingSecretIn(outcome.error, ['proxy-password']);
      return `${outcome.error.code}: ${outcome.error.message}`;
    }
    return outcome.kind;
  }

  function setAgent(strategy: HiworksStrategy, agent: http.Agent | undefined): void {
    const { _oauth2 } = strategy as unknown as { _oauth2: { setAgent: SetAgent } };
    _oauth2.setAgent(agent);
  }

  function keptAlive<T extends http.Agent>(agent: T): T {
    ending.push(() => agent.destroy());
    return agent;
  }

  const hpagent = (proxy: string, options = {}) =>
    keptAlive(new HpAgent({ proxy, keepAlive: true, ca: CERTIFICATE, ...options }) as https.Agent);

  describe('certificate authorities', () => {
    it('certificate authorities are those of an https.Agent assigned to https.globalAgent', async () => {
      const strategy = strategyFor(hiworks.url);
      https.globalAgent = new https.Agent({ ca: CERTIFICATE });

      expect(await logIn(strategy)).to.equal('success');
    });

    it('certificate authorities added to https.globalAgent.options apply to the next new connection', async () => {
      const strategy = strategyFor(hiworks.url);
      expect(await logIn(strategy)).to.match(/^connection_failed: .*self-signed certificate/);

      trustHiworks();
      expect(await logIn(strategy)).to.equal('success');
    });

    it('certificates are verified even with NODE_TLS_REJECT_UNAUTHORIZED=0', async () => {
      const app = new LoginProcess({
        options: optionsFor(hiworks.url),
        env: { NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' },
      });
      ending.push(() => app.end());
      expect(await app.logIn('code')).to.deep.equal(['connection_failed']);
    });

    it('certificates are not verified by an https.globalAgent with rejectUnauthorized: false', async () => {
      expect(await logIn(strategyFor(hiworks.url))).to.match(/^connection_failed: .*self-signed certificate/);
      set(https.globalAgent.options, 'rejectUnauthorized', false);
      expect(await logIn(strategyFor(hiworks.url))).to.equal('success');
    });

    it('certificates are not verified by an agent option with rejectUnauthorized: false', async () => {
      const agent = keptAlive(new https.Agent({ rejectUnauthorized: false }));

      expect(await logIn(strategyFor(hiworks.url, { agent }))).to.equal('success');
    });
  });

  describe('a proxy agent', () => {
    it('hpagent assigned to https.globalAgent carries every request over one kept-alive tunnel', async () => {
      const proxy = await startProxy();
      const strategy = strategyFor(hiworks.url, { fetchProfile: true });
      https.globalAgent = hpagent(proxy.url);

      expect(await logIn(strategy)).to.equal('success');
      expect(await logIn(strategy)).to.equal('success');
      expect(proxy.targets).to.deep.equal([new URL(hiworks.url).host]);
      expect(hiworks.requests).to.have.lengthOf(4);
    });

    it('https-proxy-agent assigned to https.globalAgent carries every request over one kept-alive tunnel', async () => {
      const proxy = await startProxy();
      const strategy = strategyFor(hiworks.url);
      const agent = keptAlive(new TrustingProxyAgent(proxy.url, { keepAlive: true }));
      https.globalAgent = agent as unknown as https.Agent;

      expect(await logIn(strategy)).to.equal('success');
      expect(await logIn(strategy)).to.equal('success');
      expect(proxy.targets).to.have.lengthOf(1);
    });

    it('a proxy agent given to _oauth2.setAgent carries tokens, profiles and refreshes until setAgent(undefined)', async () => {
      const proxy = await startProxy();
      trustHiworks();
      const strategy = strategyFor(hiworks.url, { fetchProfile: true });

      setAgent(strategy, hpagent(proxy.url, { keepAlive: false }));
      expect(await logIn(strategy)).to.equal('success');
      await strategy.refreshAccessToken(REFRESH_TOKEN);
      expect(proxy.targets).to.have.lengthOf(3);

      setAgent(strategy, undefined);
      expect(await logIn(strategy)).to.equal('success');
      await strategy.refreshAccessToken(REFRESH_TOKEN);
      expect(proxy.targets).to.have.lengthOf(3);
      expect(hiworks.requests).to.have.lengthOf(6);
    });

    it("_oauth2.setAgent replaces the agent option, and setAgent(undefined) goes back to Node's global agent", async () => {
      const proxies = [await startProxy(), await startProxy()] as const;
      trustHiworks();
      const strategy = strategyFor(hiworks.url, { agent: hpagent(proxies[0].url) });

      expect(await logIn(strategy)).to.equal('success');
      setAgent(strategy, hpagent(proxies[1].url));
      expect(await logIn(strategy)).to.equal('success');
      setAgent(strategy, undefined);
      expect(await logIn(strategy)).to.equal('success');
      expect(proxies.map(({ targets }) => targets.length)).to.deep.equal([1, 1]);
    });

    it('a proxy agent carries at most 50 exchanges at once', async () => {
      const proxy = await startProxy();
      const strategy = strategyFor(hiworks.url, { agent: hpagent(proxy.url), timeout: 60_000 });

      const logins = await Promise.all(Array.from({ length: 120 }, () => logIn(strategy)));
      expect(new Set(logins)).to.deep.equal(new Set(['success']));
      expect(proxy.mostAtOnce).to.be.within(2, 50);
    });

    it('a request is sent once more if the kept-alive tunnel of a proxy agent is dropped', async () => {
      const proxy = await startProxy();
      const strategy = strategyFor(hiworks.url, { agent: hpagent(proxy.url) });

      expect(await logIn(strategy)).to.equal('success');
      hiworks.dropReused = true;
      expect(await logIn(strategy)).to.equal('success');
      expect(hiworks.requests).to.have.lengthOf(3);
      expect(proxy.targets).to.have.lengthOf(2);
    });

    it('a proxy that refuses fails the login, and its password is not shown', async () => {
      const proxy = await startProxy({ refuse: '407 Proxy Authentication Required' });
      const url = proxy.url.replace('//', '//user:proxy-password@');

      expect(await logIn(strategyFor(hiworks.url, { agent: hpagent(url) }))).to.match(/^connection_failed: /);
      // https-proxy-agent gives the proxy's response to the request.
      expect(await logIn(strategyFor(hiworks.url, { agent: new HttpsProxyAgent(url) }))).to.match(
        /^unexpected_status: .*407/,
      );
      expect(hiworks.requests).to.be.empty;
    });
  });

  describe('a connection that one host drops', () => {
    for (const [whose, options] of [
      ["Node's global agent", () => ({})],
      [
        'an agent of the application',
        () => ({ agent: keptAlive(new https.Agent({ keepAlive: true, ca: CERTIFICATE })) }),
      ],
    ] satisfies [string, () => Partial<HiworksStrategyOptions>][]) {
      it(`a connection dropped by one host costs no idle connection to another, with ${whose}`, async () => {
        trustHiworks();
        const profiles = await tlsHiworks();
        ending.push(profiles.close);
        const strategy = strategyFor(hiworks.url, {
          userProfileURL: `${profiles.url}/user/v2/me`,
          fetchProfile: true,
          ...options(),
        });

        expect(await logIn(strategy)).to.equal('success');
        hiworks.dropReused = true;
        expect(await logIn(strategy)).to.equal('success');
        expect(hiworks.connections).to.equal(2);
        expect(profiles.connections).to.equal(1);
      });
    }
  });

  it('the path of a gateway in baseURL is a prefix of all three endpoints', async () => {
    trustHiworks();
    const baseURL = `${hiworks.url}/gateway/hiworks`;
    const strategy = strategyFor(baseURL, { fetchProfile: true });

    const start = await authenticate(strategy, get('/auth/hiworks'));
    expect(start.kind === 'redirect' && start.location.href).to.match(
      new RegExp(`^${baseURL}/open/auth/authform\\?`),
    );
    expect(await logIn(strategy)).to.equal('success');
    expect(hiworks.requests).to.deep.equal([
      'POST /gateway/hiworks/open/auth/accesstoken',
      'GET /gateway/hiworks/user/v2/me',
    ]);
  });

  describeIf(readsProxyEnvironment)('NODE_USE_ENV_PROXY', () => {
    const range = (count: number) => Array.from({ length: count }, (_, n) => `code-${n}`);
    const all = (count: number) => Array.from({ length: count }, () => 'success');

    function application(env: Record<string, string>, options: object = {}): LoginProcess {
      const app = new LoginProcess({
        options: { ...optionsFor(hiworks.url), ...options },
        trusted: CERTIFICATE_FILE,
        env: { NODE_USE_ENV_PROXY: '1', NO_PROXY: '', no_proxy: '', ...env },
      });
      ending.push(() => app.end());
      return app;
    }

    it('NODE_USE_ENV_PROXY sends tokens and profiles through HTTPS_PROXY, over one kept-alive tunnel', async () => {
      const proxy = await startProxy();
      const app = application({ HTTPS_PROXY: proxy.url }, { fetchProfile: true });

      expect(await app.logIn('first')).to.deep.equal(['success']);
      expect(await app.logIn('second')).to.deep.equal(['success']);
      expect(hiworks.requests).to.have.lengthOf(4);
      expect(proxy.targets).to.deep.equal([new URL(hiworks.url).host]);
    });

    it('NODE_USE_ENV_PROXY bypasses the proxy for the hosts of NO_PROXY', async () => {
      const proxy = await startProxy();
      const app = application({ HTTPS_PROXY: proxy.url, NO_PROXY: 'localhost' });

      expect(await app.logIn('code')).to.deep.equal(['success']);
      expect(proxy.targets).to.be.empty;
    });

    it('through HTTPS_PROXY, at most 50 exchanges run at once', async () => {
      const proxy = await startProxy();
      const app = application({ HTTPS_PROXY: proxy.url }, { timeout: 60_000 });

      expect(await app.logIn(...range(200))).to.deep.equal(all(200));
      expect(proxy.mostAtOnce).to.be.within(2, 50);
    });

    it('a request is sent once more if the kept-alive tunnel to HTTPS_PROXY is dropped', async () => {
      const proxy = await startProxy();
      const app = application({ HTTPS_PROXY: proxy.url });

      expect(await app.logIn('first')).to.deep.equal(['success']);
      hiworks.dropReused = true;
      expect(await app.logIn('second')).to.deep.equal(['success']);
      expect(hiworks.requests).to.have.lengthOf(3);
      expect(proxy.targets).to.have.lengthOf(2);
    });

    it('certificates are verified through HTTPS_PROXY as well', async () => {
      const proxy = await startProxy();
      const app = application({
        HTTPS_PROXY: proxy.url,
        NODE_EXTRA_CA_CERTS: '',
        NODE_TLS_REJECT_UNAUTHORIZED: '0',
        NODE_NO_WARNINGS: '1',
      });

      expect(await app.logIn('code')).to.deep.equal(['connection_failed']);
      expect(proxy.targets).to.have.lengthOf(1);
    });

    it('a login fails if HTTPS_PROXY refuses', async () => {
      const proxy = await startProxy({ refuse: '403 Forbidden' });

      expect(await application({ HTTPS_PROXY: proxy.url }).logIn('code')).to.deep.equal([
        'connection_failed',
      ]);
      expect(hiworks.requests).to.be.empty;
    });
  });

  describeIf(setGlobalProxyFromEnv)('http.setGlobalProxyFromEnv()', () => {
    const proxied = (url: string) => (setGlobalProxyFromEnv as SetGlobalProxy)({ https_proxy: url });

    for (const when of ['before', 'after']) {
      it(`http.setGlobalProxyFromEnv(), called ${when} the strategy is made, applies until it is undone`, async () => {
        const proxy = await startProxy();
        trustHiworks();
        const made = when === 'after' ? strategyFor(hiworks.url) : undefined;
        if (made) {
          expect(await logIn(made)).to.equal('success');
        }
        expect(proxy.targets).to.be.empty;

        const restore = proxied(proxy.url);
        ending.push(restore);
        trustHiworks();
        const strategy = made ?? strategyFor(hiworks.url);
        expect(await logIn(strategy)).to.equal('success');
        expect(await logIn(strategy)).to.equal('success');
        expect(proxy.targets).to.deep.equal([new URL(hiworks.url).host]);

        restore();
        trustHiworks();
        expect(await logIn(strategy)).to.equal('success');
        expect(proxy.targets).to.have.lengthOf(1);
      });
    }
  });
});
