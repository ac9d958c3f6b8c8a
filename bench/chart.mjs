import { NAMES } from './contestants/names.mjs';

const COLOURS = {
  'by-hand': '#8a8f98',
  hiworks: '#0197e4',
  plain: '#2d2d2d',
  undici: '#c9a227',
  'raw-socket': '#c4c8ce',
};
const WIDTH = 960;
const HEIGHT = 360;
const LEFT = 50;
const TOP = 60;
const BOTTOM = 40;
const PLOT = HEIGHT - TOP - BOTTOM;

/** The CPU of a warm login, as ratios to the hand-written exchange, as an SVG. */
export function chart(warm) {
  const contestants = Object.keys(NAMES);
  const highest = Math.max(
    1.5,
    ...warm.flatMap((row) => contestants.map((name) => row.contestants[name].cpuRatio)),
  );
  const y = (value) => round(TOP + PLOT * (1 - value / highest));
  const group = (WIDTH - LEFT) / warm.length;
  const bar = (group * 0.8) / contestants.length;

  const bars = warm.flatMap((row, index) =>
    contestants.map((name, position) => {
      const { cpuRatio } = row.contestants[name];
      const x = round(LEFT + index * group + group * 0.1 + position * bar);
      const height = round(TOP + PLOT - y(cpuRatio));
      return (
        `<rect x="${x}" y="${y(cpuRatio)}" width="${round(bar - 2)}" height="${height}" fill="${COLOURS[name]}"/>` +
        `<text x="${round(x + bar / 2 - 1)}" y="${round(y(cpuRatio) - 4)}" class="value">${cpuRatio.toFixed(2)}</text>`
      );
    }),
  );
  const groups = warm.map(
    ({ protocol, concurrency }, index) =>
      `<text x="${round(LEFT + (index + 0.5) * group)}" y="${HEIGHT - 15}" class="group">${protocol}, ${concurrency} at once</text>`,
  );
  const legend = contestants.map(
    (name, index) =>
      `<rect x="${LEFT + index * 180}" y="32" width="12" height="12" fill="${COLOURS[name]}"/>` +
      `<text x="${LEFT + 18 + index * 180}" y="42">${NAMES[name]}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">`,
    '<title>CPU of a warm login, as a ratio to the hand-written exchange (less is better)</title>',
    '<style>text{font:12px sans-serif;fill:#2d2d2d}.value,.group{text-anchor:middle}.value{font-size:10px}</style>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="20">CPU of a warm login, as a ratio to the hand-written exchange (less is better)</text>`,
    ...legend,
    `<line x1="${LEFT}" x2="${WIDTH}" y1="${y(1)}" y2="${y(1)}" stroke="#8a8f98" stroke-dasharray="4 4"/>`,
    `<text x="${LEFT - 30}" y="${round(y(1) + 4)}">1.00</text>`,
    ...bars,
    ...groups,
    '</svg>',
    '',
  ].join('\n');
}

function round(number) {
  return Math.round(number * 10) / 10;
}
