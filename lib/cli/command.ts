import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One of the commands of `passport-hiworks`. */
export interface Command {
  usage: string;
  /** Runs with the options after the command's name. Resolves with the exit code. */
  run(options: string[]): Promise<number>;
}

/** A wrong command line. */
export class UsageError extends Error {}

/** The exit code after Ctrl-C: 128 and the number of the signal, as in shells. */
export const INTERRUPTED = 130;

/** The text in the language of the terminal: Korean for a Korean locale (`LANG=ko_KR.UTF-8`), otherwise English. */
export function localized<T>({ en, ko }: { en: T; ko: T }): T {
  return Intl.DateTimeFormat().resolvedOptions().locale.startsWith('ko') ? ko : en;
}

/** Prints a line on stderr; stdout is for the command's result. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The version of this package. */
export function version(): string {
  return JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')).version;
}

/** The versions to name in a report. */
export function versionLine(): string {
  return `passport-hiworks ${version()}, Node ${process.versions.node}, ${process.platform}`;
}
