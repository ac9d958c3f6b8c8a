import { objectOf, type Result } from './findings.js';
import type { Callback } from './loopback.js';
import { isShown, isShownInCallback, shape } from './mask.js';

/** Makes a stranger's text fit for the report, see `cleaner`. */
export type Clean = (text: string) => string;

/** A table in Markdown. */
export function table(head: string[], rows: string[][]): string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

/** What a callback carried. */
export function describeCallback(callback: Callback, clean: Clean): string {
  if (typeof callback === 'string') {
    return callback === 'timeout' ? 'none in time' : 'none; the user went on';
  }
  return describeKeys(Object.fromEntries(callback), clean, isShownInCallback) || 'no parameter';
}

/** What came of a request: status, content type, and what is in the response. */
export function describeResult(result: Result | undefined, clean: Clean): string[] {
  if (!result) {
    return ['–', '–', 'not sent'];
  }
  if ('failure' in result) {
    return ['–', '–', `none: ${clean(result.failure)}`];
  }
  const { status, type, json } = result;
  return [
    String(status),
    type === undefined ? 'absent' : clean(type),
    json === undefined ? 'not JSON' : describeObjects(objectOf(result), clean) || `JSON: ${shape(json)}`,
  ];
}

/** Each key with the shape of its value, or the value itself if it is nobody's. */
export function describeKeys(
  object: object,
  clean: Clean,
  mayShow: (key: string, value: string) => boolean = isShown,
): string {
  return Object.entries(object)
    .map(([key, value]) => {
      const isScalar = (typeof value === 'string' && value !== '') || typeof value === 'number';
      const isOpen = isScalar && mayShow(key, String(value));
      return `${clean(key)} ${isOpen ? `${typeof value} ${clean(String(value))}` : shape(value)}`;
    })
    .join(', ');
}

// The objects inside it as well: where the keys of a response stand is one of the questions.
function describeObjects(object: object, clean: Clean, path: string[] = []): string {
  const inside = Object.entries(object)
    .filter(([, value]) => typeof value === 'object' && value !== null && !Array.isArray(value))
    .map(([key, value]) => describeObjects(value, clean, [...path, key]));
  const keys = describeKeys(object, clean);
  const here = keys && path.length > 0 ? `in ${clean(path.join('.'))}: ${keys}` : keys;
  return [here, ...inside].filter(Boolean).join('; ');
}
