import { TextDecoder } from 'node:util';
import type { HttpResponse } from '../../http/client.js';
import type { HiworksAccessType } from '../../options.js';
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
export const STEPS = [
  'online',
  'profile',
  'profileBare',
  'codeAgain',
  'offline',
  'refresh',
  'refreshAgain',
  'wrongCode',
] as const;

export type Step = (typeof STEPS)[number];

/** What came of a request: a response, its body as JSON (`undefined` if it is not), or the reason why there is none. */
export type Result = { status: number; type: string | undefined; json: unknown } | { failure: string };

/** Everything that happened, as it came: full of secrets, codes, names and numbers. Only the report leaves the program. */
export interface Findings {
  /** Where the requests went, if not to Hiworks. */
  elsewhere: string | undefined;
  /** The client's id and secret, and what else the probe itself made up. */
  secrets: string[];
  logins: Login[];
  results: Partial<Record<Step, Result>>;
}

/** What comes of a request. Whatever it is, it is a finding. */
export async function resultOf(response: Promise<HttpResponse>): Promise<Result> {
  try {
    const { status, headers, body } = await response;
    const type = headers['content-type'];
    return { status, type, json: parse(body) };
  } catch (error) {
    return { failure: (error as Error).message };
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** The JSON object of a response, empty if it is none. */
export function objectOf(result: Result | undefined): Record<string, unknown> {
  return asObject(result && 'json' in result ? result.json : undefined);
}

/** The `data` of a token response that says `SUC`, if it is one. */
export function dataOf(result: Result | undefined): Record<string, unknown> | undefined {
  const { code, data } = objectOf(result);
  return code === 'SUC' ? asObject(data) : undefined;
}

/** A token of such a response, if it can be sent. */
export function tokenOf(
  result: Result | undefined,
  name: 'access_token' | 'refresh_token',
): string | undefined {
  const token = dataOf(result)?.[name];
  return typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) ? token : undefined;
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
