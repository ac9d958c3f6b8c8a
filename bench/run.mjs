// npm run bench -- [--quick] [--write] [NAME…]
// Prints a table of all measurements, or of those named; --write puts table and chart into this folder. --quick is for trying
// it out: too few rounds to quote.

import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { installPacked } from '../test/install-packed.mjs';
import { makeCertificate } from './certificate.mjs';
import { chart } from './chart.mjs';
import { table } from './lines.mjs';

// In the order of the table: the size of each, and with --quick.
const MEASUREMENTS = {
  import: [{ rounds: 24 }, { rounds: 8 }],
  burst: [{ rounds: 9 }, { rounds: 3 }],
  idle: [{ closes: 500 }, { closes: 50 }],
  slow: [{ lead: 10_000 }, { lead: 3000 }],
  warm: [
    { sets: 6, rounds: 2, slice: 10_000 },
    { sets: 1, rounds: 1, slice: 4000 },
  ],
  first: [{ rounds: 15 }, { rounds: 3 }],
  bytes: [{ rounds: 5 }, { rounds: 3 }],
};

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean' }, write: { type: 'boolean' } },
  allowPositionals: true,
});
const { quick, write } = values;
const names = Object.keys(MEASUREMENTS).filter((name) => !positionals.length || positionals.includes(name));

const began = performance.now();
const progress = (what) => {
  const text = `${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${what}`;
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
};

progress('installing');
installPacked(import.meta.dirname);
const certificate = makeCertificate();
process.on('exit', certificate.remove);
// Of every process that is started from here.
process.env.NODE_EXTRA_CA_CERTS = certificate.cert;

const lines = [];
for (const name of names) {
  const [full, short] = MEASUREMENTS[name];
  const { measure } = await import(`./measure/${name}.mjs`);
  lines.push(...(await measure({ ...(quick ? short : full), certificate, progress })));
}
progress('done\n');

const machine = `${os.cpus()[0]?.model.trim()} (${os.cpus().length} cores, ${os.type()} ${os.release()})`;
const date = new Date().toISOString().slice(0, 10);
const results = `Measured on ${machine}, Node.js ${process.version}, ${date}.\n\n${table(lines)}`;
console.log(results);

if (write) {
  const readme = new URL('README.md', import.meta.url);
  const marked = /(<!-- results -->\n).*(<!-- \/results -->)/s;
  const text = readFileSync(readme, 'utf8');
  writeFileSync(
    readme,
    text.replace(marked, (_all, start, end) => `${start}\n${results}\n\n${end}`),
  );
  writeFileSync(new URL('chart.svg', import.meta.url), chart(lines));
}
