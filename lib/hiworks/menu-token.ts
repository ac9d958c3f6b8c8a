import { HiworksTokenError } from '../errors.js';
import type { HttpResponse } from '../http/client.js';
import { omitSecrets, redact } from '../util/redact.js';
import {
  demandSuccess,
  isObject,
  type Json,
  readNumber,
  readObject,
  readRefusal,
  readText,
  wrongShape,
} from './response.js';

/** A person whom a Hiworks menu sent. Contains no token. Which company the person belongs to is not known. */
export interface HiworksSSOProfile {
  provider: 'hiworks-sso';
  /** The stable user number, the same as `userNo`: what to find known users by. */
  id: string;
  /** Hiworks' `user-no` (documented, as paraphrased). */
  userNo: string;
  /** Hiworks' `user-id`, unique inside one company only (every company has its `admin`): never a key. */
  username?: string;
  /** Hiworks' `user-name`. */
  displayName?: string;
  /** Hiworks' `employee-no`, the company's own number. */
  employeeNo?: string;
  /** `_json` as text. */
  _raw: string;
  /** The four fields under Hiworks' names, as strings. */
  _json: Record<string, unknown>;
}

/**
 * Reads the response of `v4/tokens/{token}` (documented, as paraphrased; never seen run): the person at the root, in `data`
 * or in `data.attributes`, since where is not known.
 *
 * Throws a {@link HiworksTokenError} for an object with a `code` other than `SUC`, and a `HiworksTransportError` for
 * anything else that is no person.
 */
export function readPerson(response: HttpResponse, token: string): HiworksSSOProfile {
  const json = readObject(response);
  const advice = 'open the menu at Hiworks again: a token may be good once, and for a short time';
  const refusal = readRefusal(response, json, [token], advice);
  if (refusal) {
    throw new HiworksTokenError(refusal.message, refusal.code, refusal.description);
  }
  demandSuccess(response);

  const person = findPerson(json);
  if (!person) {
    throw wrongShape(response, 'there is no `user-no` at its root, in `data` or in `data.attributes`');
  }
  const userNo = readNumber(response, 'user-no', person['user-no'], [token]);
  const username = readText(response, 'user-id', person['user-id']);
  const displayName = readText(response, 'user-name', person['user-name']);
  const employeeNo = isMissing(person['employee-no'])
    ? undefined
    : readNumber(response, 'employee-no', person['employee-no'], [token]);
  const fields = {
    'user-no': userNo,
    'user-id': username,
    'user-name': displayName,
    'employee-no': employeeNo,
  };
  const _json = omitSecrets(withoutMissing(fields), [token]);
  return {
    provider: 'hiworks-sso',
    id: userNo,
    userNo,
    ...(username !== undefined && { username: redact(username, [token]) }),
    ...(displayName !== undefined && { displayName: redact(displayName, [token]) }),
    ...(employeeNo !== undefined && { employeeNo }),
    _raw: JSON.stringify(_json),
    _json,
  };
}

function findPerson(json: Json): Json | undefined {
  const data = isObject(json.data) ? json.data : {};
  const attributes = isObject(data.attributes) ? data.attributes : {};
  return [json, data, attributes].find((place) => !isMissing(place['user-no']));
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function withoutMissing(fields: Record<string, string | undefined>): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
