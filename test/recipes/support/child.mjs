import { spawn } from 'node:child_process';

/** Starts a process that does not outlive this one, even if a test fails. */
export function startChild(command, args, options) {
  const child = spawn(command, args, options);
  const kill = () => child.kill();
  process.on('exit', kill);
  child.on('exit', () => process.off('exit', kill));
  return child;
}
