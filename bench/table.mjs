import { comparisons, counts } from './comparisons.mjs';
import { NAMES } from './contestants/names.mjs';
import { ratioOf } from './statistics.mjs';

/** The results as Markdown that can be read on a terminal as well. */
export function tables(results) {
  const { machine, warm, first, lone, burst, express, memory, heap, idleClosed, imports, packages } = results;
  const allInTurns = results.allInTurns ?? warm;
  return [
    `Measured on ${machine.cpu} (${machine.cores} cores, ${machine.system}), Node ${machine.node}, ${machine.date}.`,
    section('Targets', targets(results)),
    section(
      'Warm logins, all in turns: CPU, as a ratio to plain passport-oauth2',
      warmTable(
        allInTurns,
        ({ cpu }, plain) => `${ratioOf(cpu, plain.cpu).ratio.toFixed(2)} (${cpu.value.toFixed(0)} µs)`,
      ),
    ),
    section(
      'Warm logins, all in turns: latency p50 / p99 in ms, logins a second',
      warmTable(
        allInTurns,
        ({ p50, p99, throughput }) => `${p50.toFixed(1)} / ${p99.value.toFixed(1)}, ${throughput.toFixed(0)}`,
      ),
    ),
    section(
      'The first 100 logins of a fresh process, the import of the strategy included: CPU in ms',
      table(
        ['', ...first.map(({ protocol }) => protocol)],
        ['plain', 'hiworks'].map((name) => [NAMES[name], ...first.map((row) => row[name].value.toFixed(1))]),
      ),
    ),
    section(
      'A lone login over TLS after an idle minute',
      table(
        ['', 'ms', 'CPU µs', 'TLS sessions resumed'],
        Object.entries(lone).map(([contestant, { milliseconds, cpu, connections, resumed }]) => [
          NAMES[contestant],
          milliseconds.value.toFixed(2),
          cpu.toFixed(0),
          `${resumed} of ${connections}`,
        ]),
      ),
    ),
    section(
      'A cold burst of 500 logins over TLS',
      table(
        ['', 'connections', 'ms', 'CPU µs a login'],
        Object.entries(burst).map(([contestant, run]) => [
          NAMES[contestant],
          run.connections,
          run.milliseconds.value.toFixed(0),
          run.cpu.toFixed(0),
        ]),
      ),
    ),
    section(
      "Through Express 5, start and callback with a session: the application's CPU for a login",
      table(
        ['', 'µs'],
        [
          [NAMES['plain-express5'], express.plain.value.toFixed(0)],
          [NAMES.hiworks, express.hiworks.value.toFixed(0)],
        ],
      ),
    ),
    section(
      'Memory',
      table(
        ['', 'bytes allocated a login', 'ratio', `bytes left by a login after ${heap.logins}`],
        Object.entries(memory).map(([contestant, bytes]) => [
          NAMES[contestant],
          bytes.value.toFixed(0),
          ratioOf(bytes, memory.plain).ratio.toFixed(2),
          heap[contestant]?.perLogin.toFixed(2) ?? '',
        ]),
      ),
    ),
    section(
      'Idle connections that the server closes as a login is sent',
      table(
        ['', '', 'logins', 'closed', 'sent again', 'lost'],
        idleClosed.map((row) => [
          row.protocol,
          NAMES[row.contestant],
          row.logins,
          row.closed,
          row.sentAgain,
          row.lost,
        ]),
      ),
    ),
    section(
      'Import and installation (types left out)',
      table(
        ['', 'import ms', 'ratio', 'packages', 'KB'],
        Object.keys(imports).map((name) => [
          name,
          imports[name].value.toFixed(1),
          ratioOf(imports[name], imports['passport-oauth2']).ratio.toFixed(2),
          packages[name].count,
          (packages[name].bytes / 1024).toFixed(0),
        ]),
      ),
    ),
  ].join('\n\n');
}

function targets(results) {
  const verdict = (met) => (met ? 'met' : 'missed');
  return table(
    ['', NAMES.hiworks, NAMES.plain, 'ratio', 'in thirds of the run', 'at most', ''],
    [
      ...comparisons(results)
        .filter(({ limit }) => limit !== undefined)
        .map(({ name, hiworks, plain, ratio, lowest, highest, limit, met }) => [
          name,
          hiworks,
          plain,
          ratio.toFixed(2),
          `${lowest.toFixed(2)} to ${highest.toFixed(2)}`,
          limit.toFixed(2),
          verdict(met),
        ]),
      ...counts(results).map(({ name, value, limit, met }) => [name, value, '', '', '', limit, verdict(met)]),
    ],
  );
}

function warmTable(warm, cell) {
  return table(
    ['', ...warm.map(({ protocol, concurrency }) => `${protocol}, ${concurrency}`)],
    Object.keys(warm[0].contestants).map((contestant) => [
      NAMES[contestant],
      ...warm.map(({ contestants }) => cell(contestants[contestant], contestants.plain)),
    ]),
  );
}

function section(title, text) {
  return `### ${title}\n\n${text}`;
}

function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const [first, ...others] = cells.map(line);
  return [first, rule, ...others].join('\n');
}
