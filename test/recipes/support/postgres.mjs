import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import pg from 'pg';
import { startChild } from './child.mjs';

const run = promisify(execFile);
let server;
let databases = 0;

/** A database of the one PostgreSQL that all the recipes' tests share, with a recipe's tables: its URL, and a client. */
export async function createDatabase(tables) {
  server ??= start();
  const urlOf = await server.then(({ urlOf }) => urlOf);
  const name = `recipe_${++databases}`;
  const admin = new pg.Client(urlOf('postgres'));
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const client = new pg.Client(urlOf(name));
  await client.connect();
  if (tables) {
    await client.query(readFileSync(new URL(`../build/${tables}`, import.meta.url), 'utf8'));
  }
  return { url: urlOf(name), client };
}

export const mochaHooks = {
  async afterAll() {
    await (await server)?.close();
  },
};

async function start() {
  const directory = mkdtempSync(join(tmpdir(), 'hiworks-postgres-'));
  const data = join(directory, 'data');
  const user = await postgresUser();
  if (user.uid !== undefined) {
    chownSync(directory, user.uid, user.gid);
  }
  const bin = binaries();
  await run(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...user,
    cwd: directory,
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  const settings = ['fsync=off', 'listen_addresses=', `unix_socket_directories=${directory}`];
  const postgres = startChild(
    join(bin, 'postgres'),
    ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    { ...user, cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(postgres, 'exit');
  for await (const line of createInterface(postgres.stderr)) {
    if (line.includes('ready to accept connections')) {
      break;
    }
  }
  postgres.stderr.resume();
  return {
    urlOf: (name) => `postgresql://postgres@localhost/${name}?host=${encodeURIComponent(directory)}`,
    async close() {
      postgres.kill('SIGQUIT');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function binaries() {
  const debian = '/usr/lib/postgresql';
  const [newest] = existsSync(debian) ? readdirSync(debian).sort((a, b) => b - a) : [];
  if (!newest) {
    throw new Error('test:recipes needs PostgreSQL (Debian: apt-get install postgresql)');
  }
  return join(debian, newest, 'bin');
}

// PostgreSQL refuses to run as root.
async function postgresUser() {
  if (process.getuid() !== 0) {
    return {};
  }
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, 'postgres'])));
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}
