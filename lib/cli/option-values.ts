import { type ParseArgsConfig, parseArgs } from 'node:util';
import { localized, UsageError } from './command.js';

type OptionTypes = NonNullable<ParseArgsConfig['options']>;

/** The values of a command's options. Throws a {@link UsageError} for an unknown option or an argument that is none. */
export function parseOptions<const T extends OptionTypes>(
  args: string[],
  options: T,
): ReturnType<typeof parseArgs<{ options: T }>>['values'] {
  try {
    return parseArgs({ args, options, allowPositionals: false }).values;
  } catch (error) {
    // Only the first sentence: the rest explains positional arguments, of which there are none.
    throw invalidOption((error as Error).message.replace(/\. .*/s, ''));
  }
}

/** The error for a wrong option. The message is English, as those of Node are. */
export function invalidOption(message: string): UsageError {
  return new UsageError(localized({ en: message, ko: `옵션이 올바르지 않습니다: ${message}` }));
}

/** Reads a number of seconds, as milliseconds. Throws a {@link UsageError} that names the option. */
export function readSeconds(option: string, value: string): number {
  const milliseconds = Number(value) * 1000;
  if (!(milliseconds >= 1 && milliseconds <= 86_400_000)) {
    throw invalidOption(`${option} must be a number of seconds, at most 86400`);
  }
  return milliseconds;
}
