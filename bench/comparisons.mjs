import { AT_ONCE } from './measure/warm.mjs';
import { ratioOf } from './statistics.mjs';

/**
 * passport-hiworks beside plain passport-oauth2, line by line: for the chart, and with the limit that this package sets
 * itself, if any, for the table of targets.
 */
export function comparisons(results) {
  const { warm, first, lone, burst, express, memory, imports } = results;
  const micro = (value) => `${value.toFixed(0)} µs`;
  const milli = (value) => `${value.toFixed(1)} ms`;
  const kilobytes = (value) => `${(value / 1024).toFixed(1)} KB`;
  const line = (name, show, hiworks, plain, limit) => {
    const compared = ratioOf(hiworks, plain);
    return {
      name,
      hiworks: show(hiworks.value),
      plain: show(plain.value),
      ...compared,
      limit,
      // To two digits, which is more than a run is good for.
      met: limit === undefined ? undefined : Math.round(compared.ratio * 100) <= Math.round(limit * 100),
    };
  };

  return [
    ...warm.map(({ protocol, concurrency, contestants: { hiworks, plain } }) =>
      line(`CPU of a warm login, ${protocol}, ${concurrency} at once`, micro, hiworks.cpu, plain.cpu, 1),
    ),
    ...warm
      .filter(({ concurrency }) => concurrency === AT_ONCE.at(-1))
      .map(({ protocol, concurrency, contestants: { hiworks, plain } }) =>
        line(`p99 latency, ${protocol}, ${concurrency} at once`, milli, hiworks.p99, plain.p99, 1),
      ),
    line('CPU through Express 5, start and callback', micro, express.hiworks, express.plain, 1),
    ...first.map(({ protocol, hiworks, plain }) =>
      line(`CPU of the first 100 logins, ${protocol}, with the import`, milli, hiworks, plain, 1),
    ),
    line(
      'a lone login after an idle minute, https',
      milli,
      lone.hiworks.milliseconds,
      lone.plain.milliseconds,
    ),
    line('a cold burst of 500, https', milli, burst.hiworks.milliseconds, burst.plain.milliseconds, 0.5),
    line('bytes allocated a login', kilobytes, memory.hiworks, memory.plain, 1.1),
    line('import', milli, imports['passport-hiworks'], imports['passport-oauth2'], 1.15),
  ];
}

/** What is counted rather than compared. */
export function counts({ burst, heap, idleClosed }) {
  const lost = idleClosed
    .filter(({ contestant }) => contestant === 'hiworks')
    .reduce((sum, row) => sum + row.lost, 0);
  return [
    atMost('TLS handshakes of a cold burst of 500', burst.hiworks.connections, 64),
    // Less than the smallest object for each login is nothing that a login left.
    atMost('bytes left on the heap by a login', Math.round(heap.hiworks.perLogin * 100) / 100, 2),
    atMost('logins lost to idle connections that the server closed', lost, 0),
  ];
}

function atMost(name, value, limit) {
  return { name, value, limit, met: value <= limit };
}
