import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './application.mjs';
import { startChild } from './child.mjs';

/**
 * The real nginx with a recipe's configuration, in which only what a test machine has differently is replaced: the
 * port, the host's name, certificate, log files and, as `replaced`, the ports of the application.
 */
export async function startNginx(file, replaced) {
  const directory = mkdtempSync(join(tmpdir(), 'hiworks-nginx-'));
  chmodSync(directory, 0o755);
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')];
  execFileSync(
    'openssl',
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout ${key} -out ${certificate}`.split(
      ' ',
    ),
    { stdio: 'ignore' },
  );
  const port = await freePort();
  let site = readFileSync(fileURLToPath(new URL(`../build/${file}`, import.meta.url)), 'utf8');
  for (const [documented, here] of Object.entries({
    'listen 443 ssl': `listen 127.0.0.1:${port} ssl`,
    'server_name intranet.example.com': 'server_name localhost',
    '/etc/ssl/certs/intranet.example.com.pem': certificate,
    '/etc/ssl/private/intranet.example.com.key': key,
    '/var/log/nginx/': `${directory}/log-`,
    ...replaced,
  })) {
    if (!site.includes(documented)) {
      throw new Error(`${file} has no ${documented}`);
    }
    site = site.replaceAll(documented, here);
  }
  writeFileSync(join(directory, 'site.conf'), site);
  writeFileSync(
    join(directory, 'nginx.conf'),
    `daemon off;
pid ${directory}/pid;
error_log ${directory}/log-error.log info;
events { worker_connections 4096; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${directory}/${kind};`).join(' ')}
  include ${directory}/site.conf;
}
`,
  );
  const nginx = startChild(
    'nginx',
    ['-c', join(directory, 'nginx.conf'), '-e', join(directory, 'log-error.log')],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const ended = once(nginx, 'exit');
  while (!(await listens(port))) {
    if (nginx.exitCode !== null) {
      throw new Error(`nginx did not start: ${readFileSync(join(directory, 'log-error.log'))}`);
    }
    await sleep(20);
  }
  return {
    url: `https://localhost:${port}`,
    ca: readFileSync(certificate),
    /** What is in all of its logs together. */
    logs() {
      const files = readdirSync(directory).filter((name) => name.startsWith('log-'));
      return files.map((name) => readFileSync(join(directory, name), 'utf8')).join('');
    },
    async close() {
      nginx.kill();
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => socket.end(() => resolve(true)));
    socket.on('error', () => resolve(false));
  });
}
