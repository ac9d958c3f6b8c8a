import { ratioOf } from './statistics.mjs';

const show = (value, unit) => `${value.toFixed(unit === 'µs' ? 0 : 1)} ${unit}`;

/** A line of the results: samples of both, measured in turns, and the ratio that this package allows itself. */
export function compared(name, unit, { hiworks, plain }, estimate, limit) {
  const ratio = ratioOf(hiworks, plain);
  return {
    name,
    hiworks: show(estimate(hiworks), unit),
    plain: show(estimate(plain), unit),
    ...ratio,
    target: `at most ${limit.toFixed(2)}`,
    // To two digits, which is more than a run is good for.
    met: Math.round(ratio.ratio * 100) <= Math.round(limit * 100),
  };
}

/** A line of the results that is counted rather than compared. */
export function counted(name, hiworks, plain, target, met) {
  return { name, hiworks: String(hiworks), plain: String(plain), target, met };
}

/** The lines as a table in Markdown that can be read on a terminal as well. */
export function table(lines) {
  const rows = [
    ['', 'passport-hiworks', 'plain passport-oauth2', 'ratio', 'in thirds of the run', 'target', ''],
    ...lines.map(({ name, hiworks, plain, ratio, lowest, highest, target, met }) => [
      name,
      hiworks,
      plain,
      ratio?.toFixed(2) ?? '',
      ratio ? `${lowest.toFixed(2)} to ${highest.toFixed(2)}` : '',
      target,
      met ? 'met' : 'missed',
    ]),
  ];
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const [head, ...others] = rows.map(line);
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...others].join('\n');
}
