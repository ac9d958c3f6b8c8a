import { NAMES } from './contestants/names.mjs';
import { targets } from './targets.mjs';

/** The results as Markdown that can be read on a terminal as well. */
export function tables(results) {
  const { machine, burst, memory, heap, own, imports, packages, idleClosed, express } = results;
  return [
    `Measured on ${machine.cpu} (${machine.cores} cores, ${machine.system}), Node ${machine.node}, ${machine.date}.`,
    section('Warm logins: CPU, as a ratio to the hand-written exchange', warmTable(results.warm, cpuCell)),
    section('Warm logins: latency p50 / p99 in ms, logins a second', warmTable(results.warm, timeCell)),
    section(
      'A cold burst of 500 logins over TLS',
      table(
        ['', 'connections', 'ms', 'CPU µs a login'],
        Object.entries(burst).map(([contestant, run]) => [
          NAMES[contestant],
          run.connections,
          run.milliseconds.toFixed(0),
          run.cpu.toFixed(0),
        ]),
      ),
    ),
    section(
      "Through Express 5, start and callback with a session: the application's CPU for a login",
      table(
        ['', 'µs'],
        ['hiworks', 'plain'].map((contestant) => [NAMES[contestant], express[contestant].toFixed(0)]),
      ),
    ),
    section(
      'Memory',
      table(
        ['', 'bytes allocated a login', 'ratio', `bytes left a login after ${heap.logins}`],
        Object.entries(memory).map(([contestant, bytes]) => [
          NAMES[contestant],
          bytes.toFixed(0),
          ratio(bytes / memory['by-hand']),
          heap[contestant] ? heap[contestant].perLogin.toFixed(2) : '',
        ]),
      ),
    ),
    section(
      'Own work: CPU of a login whose network is stubbed, without the stub',
      table(
        ['', 'µs'],
        Object.entries(own).map(([contestant, cpu]) => [NAMES[contestant], cpu.toFixed(1)]),
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
          imports[name].toFixed(1),
          ratio(imports[name] / imports['passport-oauth2']),
          packages[name].count,
          (packages[name].bytes / 1024).toFixed(0),
        ]),
      ),
    ),
    section(
      'Targets',
      table(
        ['', 'measured', 'at most', ''],
        targets(results).map(({ name, value, limit, met }) => [
          name,
          ratio(value),
          limit,
          met ? 'met' : 'missed',
        ]),
      ),
    ),
  ].join('\n\n');
}

function warmTable(warm, cell) {
  return table(
    ['', ...warm.map(({ protocol, concurrency }) => `${protocol}, ${concurrency}`)],
    Object.keys(NAMES).map((contestant) => [
      NAMES[contestant],
      ...warm.map(({ contestants }) => cell(contestants[contestant])),
    ]),
  );
}

function cpuCell({ cpu, cpuRatio }) {
  return `${ratio(cpuRatio)} (${cpu.toFixed(0)} µs)`;
}

function timeCell({ p50, p99, throughput }) {
  return `${p50.toFixed(1)} / ${p99.toFixed(1)}, ${throughput.toFixed(0)}`;
}

function ratio(value) {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
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
