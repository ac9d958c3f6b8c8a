import { AT_ONCE } from './measure/warm.mjs';

/** What this package promises about its speed, beside what was measured. Values and limits in the target's own unit. */
export function targets(results) {
  const { burst, memory, heap, own, imports, idleClosed, express } = results;
  const warm = results.warm.flatMap(({ protocol, concurrency, contestants: { hiworks, plain } }) => {
    const where = `${protocol}, ${concurrency} at once`;
    return [
      atMost(`CPU a login to the hand-written exchange, ${where}`, hiworks.cpuRatio, 1.15),
      atMost(`CPU a login to plain passport-oauth2, ${where}`, hiworks.cpuRatio / plain.cpuRatio, 1),
      ...(concurrency === AT_ONCE.at(-1)
        ? [atMost(`p99 to plain passport-oauth2, ${where}`, hiworks.p99 / plain.p99, 1)]
        : []),
    ];
  });
  const { contestants } = results.warm.find((row) => row.protocol === 'https' && row.concurrency === 50);
  const lost = idleClosed
    .filter(({ contestant }) => contestant === 'hiworks')
    .reduce((sum, row) => sum + row.lost, 0);
  return [
    ...warm,
    atMost('CPU through Express 5 to plain passport-oauth2', express.ratio, 1),
    atMost('TLS connections for a cold burst of 500', burst.hiworks.connections, 64),
    atMost(
      "time of a cold burst of 500 to plain passport-oauth2's",
      burst.hiworks.milliseconds / burst.plain.milliseconds,
      0.5,
    ),
    atMost('bytes allocated a login to the hand-written exchange', memory.hiworks / memory['by-hand'], 1.3),
    // Less than the smallest object for each login is nothing that a login left.
    atMost('bytes left on the heap for each login', heap.hiworks.perLogin, 2),
    atMost('own CPU as a share of a login, https, 50 at once', own.hiworks / contestants.hiworks.cpu, 0.08),
    atMost(
      "import time to passport-oauth2's",
      imports['passport-hiworks'] / imports['passport-oauth2'],
      1.15,
    ),
    atMost('logins lost to idle connections that the server closed', lost, 0),
  ];
}

function atMost(name, value, limit) {
  return { name, value, limit, met: value <= limit };
}
