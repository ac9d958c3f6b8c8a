import http = require('node:http');
import https = require('node:https');

import type { Socket } from 'node:net';

import timers = require('node:timers');

// What counts of the options of `https.globalAgent`: whom to trust and who one is, not whether to verify.
const TLS_OPTIONS = ['ca', 'crl', 'cert', 'key', 'pfx', 'passphrase', 'minVersion', 'maxVersion'] as const;

// Before a firewall in between forgets an idle connection without a word.
const IDLE_INTERVAL = 7500;

// Taken now: an application's tests may replace them later.
const { setInterval, clearInterval } = timers;

/** `proxyEnv` is Node's own, from 22.21 on: the environment that names the proxies. */
type AgentOptions = https.AgentOptions & { proxyEnv?: unknown };

// Node's types leave the options out of http.Agent.
function optionsOf(agent: http.Agent): AgentOptions {
  return (agent as http.Agent & { options: AgentOptions }).options;
}

/**
 * The connections of one strategy to Hiworks: kept alive, certificates always verified, and otherwise as the process is
 * told: through the proxies of the environment (`NODE_USE_ENV_PROXY`, `http.setGlobalProxyFromEnv()`), with the
 * certificate authorities of `https.globalAgent`, or through whatever agent the application has put in its place.
 */
export class ConnectionPool {
  private readonly agents = new Map<string, http.Agent>();

  /** A connection that was idle for `idleInterval` milliseconds is given up before it has been for twice as long. */
  constructor(private readonly idleInterval = IDLE_INTERVAL) {}

  /** The agent for a request with this protocol, `http:` or `https:`, that is made now. */
  agentFor(protocol: string): http.Agent {
    const globalAgent = protocol === 'https:' ? https.globalAgent : http.globalAgent;
    if (!isNodesOwn(globalAgent)) {
      return globalAgent;
    }
    const { proxyEnv } = optionsOf(globalAgent);
    let agent = this.agents.get(protocol);
    if (!agent || optionsOf(agent).proxyEnv !== proxyEnv) {
      agent = createAgent(protocol, proxyEnv);
      agent.on('free', closeIdle(agent, this.idleInterval));
      this.agents.set(protocol, agent);
    }
    return agent;
  }

  /** Ends its connections. */
  close(): void {
    for (const agent of this.agents.values()) {
      agent.destroy();
    }
  }
}

class VerifyingAgent extends https.Agent {
  // At each new connection: authorities may be added to the global agent at any time.
  override createConnection(
    options: https.RequestOptions,
    callback?: Parameters<https.Agent['createConnection']>[1],
  ): ReturnType<https.Agent['createConnection']> {
    const globalOptions = https.globalAgent.options;
    const told = Object.fromEntries(TLS_OPTIONS.map((name) => [name, globalOptions[name]]));
    return super.createConnection({ ...options, ...told, rejectUnauthorized: true }, callback);
  }
}

function createAgent(protocol: string, proxyEnv: unknown): http.Agent {
  const options: AgentOptions = { keepAlive: true, proxyEnv };
  const agent = protocol === 'https:' ? new VerifyingAgent(options) : new http.Agent(options);
  // Node joins some twenty TLS options to a name several times a request: they are the same for the whole pool.
  agent.getName = (target = {}) => `${target.host}:${target.port}`;
  return agent;
}

/**
 * Makes the listener for an agent's `free` that has its connections destroyed once they are idle through a whole interval.
 * The agent's own `timeout` would take two timers and a listener for every request.
 */
function closeIdle({ freeSockets }: http.Agent, milliseconds: number): () => void {
  let idle = new Map<Socket, number>();
  let interval: NodeJS.Timeout | undefined;

  function look(): void {
    const before = idle;
    idle = new Map();
    for (const socket of Object.values(freeSockets).flat() as Socket[]) {
      if (before.get(socket) === socket.bytesRead) {
        socket.destroy();
      } else {
        idle.set(socket, socket.bytesRead);
      }
    }
    if (idle.size === 0) {
      clearInterval(interval);
      interval = undefined;
    }
  }

  return () => {
    interval ??= setInterval(look, milliseconds).unref();
  };
}

// One that is a class of its own, or had a method replaced, decides for itself how to connect.
function isNodesOwn(agent: http.Agent): boolean {
  const { prototype } = agent instanceof https.Agent ? https.Agent : http.Agent;
  return (
    Object.getPrototypeOf(agent) === prototype &&
    !Object.hasOwn(agent, 'createConnection') &&
    !Object.hasOwn(agent, 'addRequest')
  );
}

/** Destroys the idle connections that an agent keeps to the host of `request`, and to no other. */
export function discardIdle(agent: http.Agent, request: http.RequestOptions): void {
  const name = agent.getName?.({ ...request, ...optionsOf(agent) });
  for (const socket of agent.freeSockets?.[name] ?? []) {
    socket.destroy();
  }
}
