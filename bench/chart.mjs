const OURS = '#0197e4';
const PLAIN = '#4a4f57';
const WIDTH = 960;
const TOP = 64;
const ROW = 34;
const BAR = 12;
const LEFT = 340;
const RIGHT = 130;

/** passport-hiworks beside plain passport-oauth2, a pair of bars for each comparison, as an SVG. */
export function chart(comparisons) {
  const title = 'passport-hiworks beside plain passport-oauth2 (less is better)';
  const height = TOP + comparisons.length * ROW + 10;
  const longest = Math.max(1, ...comparisons.map(({ ratio }) => ratio));
  const length = (ratio) => Math.round(((WIDTH - LEFT - RIGHT) * ratio) / longest);

  const bar = (y, ratio, colour, label) => [
    `<rect x="${LEFT}" y="${y}" width="${length(ratio)}" height="${BAR}" fill="${colour}"/>`,
    `<text x="${LEFT + length(ratio) + 6}" y="${y + BAR - 2}">${label}</text>`,
  ];
  const rows = comparisons.flatMap(({ name, hiworks, plain, ratio }, index) => {
    const y = TOP + index * ROW;
    return [
      `<text x="${LEFT - 10}" y="${y + BAR + 4}" class="name">${name}</text>`,
      ...bar(y, ratio, OURS, `<tspan class="ratio">${ratio.toFixed(2)}</tspan> (${hiworks})`),
      ...bar(y + BAR + 1, 1, PLAIN, plain),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${title}</title>`,
    '<style>text{font:12px sans-serif;fill:#2d2d2d}.name{text-anchor:end}.ratio{font-weight:bold}</style>',
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="20" y="24">${title}</text>`,
    `<rect x="20" y="36" width="12" height="12" fill="${OURS}"/><text x="38" y="46">passport-hiworks</text>`,
    `<rect x="170" y="36" width="12" height="12" fill="${PLAIN}"/><text x="188" y="46">plain passport-oauth2</text>`,
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}
