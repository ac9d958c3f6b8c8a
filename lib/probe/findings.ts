import type { HttpResponse } from '../http.js';
import type { HiworksAccessType } from '../options.js';
import type { Callback } from './loopback.js';

/** The logins: one that is to be refused, and one for each `access_type`. */
export type LoginName = 'refusal' | HiworksAccessType;

/** One trip of the browser to Hiworks. */
export interface Login {
  name: LoginName;
  /** The parameters of the authorization request beside the documented ones. */
  extra: Readonly<Record<string, string>>;
  callback: Callback;
}

/** The requests to the token endpoint and to `user/v2/me`, in the order in which they are sent. */
export const STEPS = {
  online: 'the code of the `online` login',
  profile: '`user/v2/me`',
  profileBare: '`user/v2/me` without a Content-Type',
  codeAgain: 'the same code again',
  offline: 'the code of the `offline` login',
  refresh: 'its refresh token',
  refreshAgain: 'the same refresh token again',
  wrongCode: 'a made-up code',
};

export type Step = keyof typeof STEPS;

/** What came back: an answer, with its body as JSON (`undefined` where it is none), or the reason why there is none. */
export type Reply = { status: number; type: string | undefined; json: unknown } | { failure: string };

/** Everything that happened, as it came: full of secrets, codes, names and numbers. Only the report leaves the program. */
export interface Findings {
  /** Where the requests went, if not to Hiworks. */
  elsewhere: string | undefined;
  /** The client's id and secret, and what else the probe itself made up. */
  secrets: string[];
  logins: Login[];
  replies: Partial<Record<Step, Reply>>;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** An answer as a reply. */
export function asReply({ status, headers, body }: HttpResponse): Reply {
  const type = headers['content-type'];
  try {
    return { status, type, json: JSON.parse(UTF8.decode(body)) };
  } catch {
    return { status, type, json: undefined };
  }
}

/** The JSON object of a reply, empty where it is none. */
export function objectOf(reply: Reply | undefined): Record<string, unknown> {
  return asObject(reply && 'json' in reply ? reply.json : undefined);
}

/** The `data` of a token answer that says `SUC`, if it is one. */
export function dataOf(reply: Reply | undefined): Record<string, unknown> | undefined {
  const { code, data } = objectOf(reply);
  return code === 'SUC' ? asObject(data) : undefined;
}

/** A token of such an answer, if it can be sent. */
export function tokenOf(
  reply: Reply | undefined,
  name: 'access_token' | 'refresh_token',
): string | undefined {
  const token = dataOf(reply)?.[name];
  return typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) ? token : undefined;
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
