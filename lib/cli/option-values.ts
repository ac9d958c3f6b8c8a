import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './command.js';

type Options = NonNullable<ParseArgsConfig['options']>;

/** The values of a command's options. Throws a {@link UsageError} for an unknown option, and for a word that is none. */
export function parseOptions<const T extends Options>(
  args: string[],
  options: T,
): ReturnType<typeof parseArgs<{ options: T }>>['values'] {
  try {
    return parseArgs({ args, options, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Reads a number of seconds, as milliseconds. Throws a {@link UsageError} that names the option. */
export function readSeconds(option: string, value: string): number {
  const milliseconds = Number(value) * 1000;
  if (!(milliseconds >= 1 && milliseconds <= 86_400_000)) {
    throw new UsageError(`${option} must be a number of seconds, at most 86400`);
  }
  return milliseconds;
}

/** Reads a port. Throws a {@link UsageError} that names the option. */
export function readPort(option: string, value: string): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65535) {
    throw new UsageError(`${option} must be a number from 0 to 65535`);
  }
  return Number(value);
}
