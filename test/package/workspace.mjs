import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

const workspace = await mkdtemp(join(tmpdir(), 'passport-hiworks-'));

export const mochaGlobalTeardown = () => rm(workspace, { recursive: true });

/** Runs a program and resolves with what it printed, or rejects with an error that shows it. */
export async function run(command, args, cwd = workspace) {
  try {
    const { stdout } = await promisify(execFile)(command, args, { cwd, maxBuffer: 2 ** 26 });
    return stdout;
  } catch (error) {
    const end = error.code ?? error.signal;
    throw new Error(`${command} ${args.join(' ')} ended with ${end}\n${error.stdout}${error.stderr}`);
  }
}

/** What `npm publish` would send: its path, and npm's description of it. Made once. */
export const packed = once(async () => {
  const [description] = JSON.parse(
    await run('npm', ['pack', '--json', '--pack-destination', workspace], root),
  );
  return { ...description, path: join(workspace, description.filename) };
});

/** Makes a folder with an empty project in it. */
export async function emptyProject() {
  const folder = await mkdtemp(join(workspace, 'project-'));
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  return folder;
}

/** Makes a project with these packages and nothing else in it. */
export async function projectWith(...packages) {
  const folder = await emptyProject();
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...packages], folder);
  return folder;
}

/** Calls `make` the first time only. */
export function once(make) {
  let made;
  return () => {
    made ??= make();
    return made;
  };
}
