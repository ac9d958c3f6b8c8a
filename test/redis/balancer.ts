import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Passes requests on to several machines in turn, and to the next one if a machine is gone. */
export interface Balancer {
  url: string;
  /** The machines' origins. */
  machines: string[];
  /** Which of them answered, in order. */
  answered: string[];
  close(): Promise<unknown>;
}

export async function startBalancer(): Promise<Balancer> {
  let turn = 0;
  const server = createServer(async (incoming, outgoing) => {
    for (let tries = 0; tries < balancer.machines.length; tries += 1) {
      const machine = balancer.machines[turn++ % balancer.machines.length] as string;
      const answer = await ask(machine, incoming).catch(() => undefined);
      if (answer) {
        balancer.answered.push(machine);
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        return;
      }
    }
    outgoing.writeHead(503).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const balancer: Balancer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    machines: [],
    answered: [],
    close() {
      server.close();
      server.closeAllConnections();
      return once(server, 'close');
    },
  };
  return balancer;
}

async function ask(machine: string, incoming: IncomingMessage): Promise<IncomingMessage> {
  const { method, headers, url = '/' } = incoming;
  const forwarded = request(new URL(url, machine), { method, headers, agent: false });
  forwarded.end();
  const [answer] = await once(forwarded, 'response');
  return answer as IncomingMessage;
}
