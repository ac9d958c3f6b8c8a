// npm run bench -- [--quick] [--json] [--write]
// Prints tables, or JSON with --json; --write puts both tables and chart into this folder. --quick is for trying it out:
// too few rounds to quote.

import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { makeCertificate } from './certificate.mjs';
import { chart } from './chart.mjs';
import { comparisons } from './comparisons.mjs';
import { CONTESTANTS } from './contestants/names.mjs';
import { install } from './install.mjs';
import { burst } from './measure/burst.mjs';
import { throughExpress } from './measure/express.mjs';
import { firstLogins } from './measure/first.mjs';
import { idleClosed } from './measure/idle.mjs';
import { imports } from './measure/imports.mjs';
import { loneLogin } from './measure/lone.mjs';
import { allocation, leftOnHeap } from './measure/memory.mjs';
import { packages } from './measure/packages.mjs';
import { warm } from './measure/warm.mjs';
import { tables } from './table.mjs';

const { quick, json, write } = parseArgs({
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, write: { type: 'boolean' } },
}).values;

const TRIED = ['plain', 'hiworks'];
const size = quick
  ? {
      warm: { contestants: TRIED, sets: 1, rounds: 1 },
      first: { rounds: 5 },
      lone: { logins: 20 },
      burst: { rounds: 3 },
      express: { sets: 1, rounds: 3, logins: 1000, warmUp: 3000 },
      allocation: { contestants: TRIED, rounds: 3 },
      heap: { logins: 30_000 },
      imports: { rounds: 5 },
      idleClosed: { closes: 50 },
    }
  : {
      warm: { contestants: TRIED, sets: 7, rounds: 2 },
      allInTurns: { contestants: CONTESTANTS, sets: 2, rounds: 2 },
      first: { rounds: 24 },
      lone: { logins: 100 },
      burst: { rounds: 9 },
      express: { sets: 6, rounds: 3, logins: 2500, warmUp: 5000 },
      allocation: { contestants: CONTESTANTS, rounds: 5 },
      heap: { logins: 100_000 },
      imports: { rounds: 24 },
      idleClosed: { closes: 500 },
    };

const began = performance.now();
const shown = process.stderr.isTTY ? (text) => `\r\x1b[K${text}` : (text) => `${text}\n`;
const progress = (what) => {
  process.stderr.write(shown(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${what}`));
};

progress('installing');
install();
const certificate = makeCertificate();
process.on('exit', () => certificate.remove());

const common = { certificate, progress };
const results = {
  machine: {
    cpu: os.cpus()[0]?.model.trim(),
    cores: os.cpus().length,
    system: `${os.type()} ${os.release()}`,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
  },
  warm: await warm({ ...size.warm, ...common }),
  allInTurns: size.allInTurns && (await warm({ ...size.allInTurns, ...common })),
  first: await firstLogins({ ...size.first, ...common }),
  lone: await loneLogin({ ...size.lone, ...common }),
  burst: await burst({ ...size.burst, ...common }),
  express: await throughExpress({ ...size.express, ...common }),
  memory: await allocation({ ...size.allocation, ...common }),
  heap: await leftOnHeap({ ...size.heap, ...common }),
  idleClosed: await idleClosed({ ...size.idleClosed, ...common }),
  imports: imports({ ...size.imports, ...common }),
  packages: packages(),
};
progress('done\n');

console.log(
  json ? JSON.stringify({ ...results, comparisons: comparisons(results) }, undefined, 2) : tables(results),
);

if (write) {
  const readme = new URL('README.md', import.meta.url);
  const marked = /(<!-- results -->\n).*(<!-- \/results -->)/s;
  const text = readFileSync(readme, 'utf8');
  writeFileSync(
    readme,
    text.replace(marked, (_all, start, end) => `${start}\n${tables(results)}\n\n${end}`),
  );
  writeFileSync(new URL('chart.svg', import.meta.url), chart(comparisons(results)));
}
