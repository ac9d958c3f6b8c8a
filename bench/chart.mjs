const [OURS, PLAIN] = ['#0197e4', '#4a4f57'];
const WIDTH = 960;
const TOP = 64;
const ROW = 34;
const BAR = 12;
const LEFT = 340;
const RIGHT = 130;

/** A pair of bars for each line that has a ratio, as an SVG. */
export function chart(lines) {
  const title = 'passport-hiworks next to plain passport-oauth2 (less is better)';
  const pairs = lines.filter(({ ratio }) => ratio !== undefined);
  const height = TOP + pairs.length * ROW + 10;
  const longest = Math.max(1, ...pairs.map(({ ratio }) => ratio));
  const bar = (y, ratio, colour, label) => {
    const width = Math.round(((WIDTH - LEFT - RIGHT) * ratio) / longest);
    return `<rect x="${LEFT}" y="${y}" width="${width}" height="${BAR}" fill="${colour}"/><text x="${LEFT + width + 6}" y="${y + BAR - 2}">${label}</text>`;
  };
  const rows = pairs.map(({ name, hiworks, plain, ratio }, index) => {
    const y = TOP + index * ROW;
    const ours = bar(y, ratio, OURS, `<tspan class="ratio">${ratio.toFixed(2)}</tspan> (${hiworks})`);
    return `<text x="${LEFT - 10}" y="${y + BAR + 4}" class="name">${name}</text>${ours}${bar(y + BAR + 1, 1, PLAIN, plain)}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img"><title>${title}</title>
<style>text{font:12px sans-serif;fill:#2d2d2d}.name{text-anchor:end}.ratio{font-weight:bold}</style>
<rect width="${WIDTH}" height="${height}" fill="#fff"/><text x="20" y="24">${title}</text>
<rect x="20" y="36" width="12" height="12" fill="${OURS}"/><text x="38" y="46">passport-hiworks</text>
<rect x="170" y="36" width="12" height="12" fill="${PLAIN}"/><text x="188" y="46">plain passport-oauth2</text>
${rows.join('\n')}
</svg>
`;
}
