import { TextDecoder } from 'node:util';
import type { HttpResponse } from '../../http/client.js';
import type { ReceivedCallback } from './callback-server.js';

/** A response. `json` is `undefined` if the body is something else. */
export type Reply = Pick<HttpResponse, 'status' | 'headers'> & { json: unknown };

/** What came back. A string tells why nothing did. */
export type Came = ReceivedCallback | Reply | string;

/** A login or a request, and what came back: full of secrets, codes, names and numbers. Only the report leaves the process. */
export interface Finding {
  /** What was sent, for the report. */
  sent: string;
  /** The `state` that was sent, if any. */
  state?: string | undefined;
  came: Came;
}

/** A value, where it stands (`data.user_no`), and whether it may be shown and not only its type. */
export type Field = [path: string, value: unknown, isOpen: boolean];

const MAX_DEPTH = 20;
// What explains a failure, and members of a token response that RFC 6749 defines and that do not tell users apart.
const OPEN = [
  /^(code|msg|message|error|error_(code|msg|description|uri))$/,
  /^errors?\.(\d+\.)?(code|status|title|message)$/,
  /^(data\.)?(expires_in|token_type|scope)$/,
];

/** Awaits a response. Does not reject. */
export function replyTo(response: Promise<HttpResponse>): Promise<Reply | string> {
  return response.then(
    ({ status, headers, body }) => ({ status, headers, json: parseJSON(body) }),
    ({ message }: Error) => message,
  );
}

function parseJSON(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** A member of a response's JSON, `undefined` if there is none. */
export function memberOf(came: Came | undefined, ...path: string[]): unknown {
  const json = typeof came === 'object' && 'json' in came ? came.json : undefined;
  return path.reduce((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], json);
}

/** Every value that came back, down to those in nested objects and arrays. */
export function fieldsOf(came: Came): Field[] {
  if (typeof came === 'object' && 'query' in came) {
    // Other OAuth servers send their authorization code in `code`.
    return [...came.query].map(([name, value]) => {
      const mayBeCode = /^(code|error)$/.test(name) && !/^[A-Za-z_]{1,20}$/.test(value);
      return [name, value, !mayBeCode && isOpen(name)];
    });
  }
  const json = memberOf(came);
  return json === undefined ? [] : leaves(json, []);
}

function leaves(value: unknown, keys: string[]): Field[] {
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const path = keys.join('.');
  return members.length === 0 || keys.length === MAX_DEPTH
    ? [[path, value, isOpen(path)]]
    : members.flatMap(([key, member]) => leaves(member, [...keys, key]));
}

function isOpen(path: string): boolean {
  return OPEN.some((pattern) => pattern.test(path));
}
