import { HiworksProfileError } from '../errors.js';
import type { HttpResponse } from '../http/client.js';
import { omitSecrets, redact } from '../util/redact.js';
import { demandSuccess, type Json, readNumber, readObject, readRefusal, readText } from './response.js';

/** A person of Hiworks, as Passport hands people on. Contains no token anywhere. */
export interface HiworksProfile {
  /** As in every Passport profile: who vouches for the person. */
  provider: 'hiworks';
  /** The stable user number, the same as `userNo`: what to key users by. */
  id: string;
  /** Hiworks' `user_no`, from the token response (documented). */
  userNo: string;
  /** Hiworks' `office_no`, the company, from the token response (documented). */
  officeNo: string;
  /** With `fetchProfile` only: the person's name, perhaps with a nickname around it: `Nick(홍길동)`. */
  displayName?: string;
  /**
   * With `fetchProfile` only: Hiworks' `user_id`, the local part of the mail address. Unique inside one office only
   * (every office has its `admin`), so never a key by itself.
   */
  username?: string;
  /** `_json` as text. */
  _raw: string;
  /** What Hiworks said about the person in either response, in its own names and without tokens. */
  _json: Json;
}

/** What `user/v2/me` says: a profile without the company, which it does not name. */
export type HiworksUserProfile = Omit<HiworksProfile, 'officeNo'>;

/** The profile as the token response gives it. None of `secrets` gets into it. */
export function profileOf(
  params: Json,
  { officeNo, userNo }: { officeNo: string; userNo: string },
  secrets: readonly string[],
): HiworksProfile {
  const _json = omitSecrets(params, secrets);
  return { provider: 'hiworks', id: userNo, userNo, officeNo, _raw: JSON.stringify(_json), _json };
}

/** The same with the name that `user/v2/me` gave. */
export function withUserProfile(profile: HiworksProfile, user: HiworksUserProfile): HiworksProfile {
  const _json = { ...profile._json, ...user._json };
  return { ...user, ...profile, _raw: JSON.stringify(_json), _json };
}

/**
 * Reads the response of `user/v2/me` (seen in clients, not documented): a bare object `{ no, user_id, name }`.
 *
 * Throws a {@link HiworksProfileError} for an object with a `code`, and a `HiworksTransportError` for anything else.
 */
export function readUserProfile(response: HttpResponse, secrets: readonly string[]): HiworksUserProfile {
  const json = readObject(response);
  const advice = 'is the permission "내 정보 조회" ticked for this client?';
  const refusal = readRefusal(response, json, secrets, advice);
  if (refusal) {
    throw new HiworksProfileError(refusal.message, refusal.code, refusal.description);
  }
  demandSuccess(response);
  const userNo = readNumber(response, 'no', json.no, secrets);
  const name = readText(response, 'name', json.name);
  const userId = readText(response, 'user_id', json.user_id);
  const _json = omitSecrets(json, secrets);
  return {
    provider: 'hiworks',
    id: userNo,
    userNo,
    ...(name !== undefined && { displayName: redact(name, secrets) }),
    ...(userId !== undefined && { username: redact(userId, secrets) }),
    _raw: JSON.stringify(_json),
    _json,
  };
}
