import { HiworksProfileError } from '../errors.js';
import type { HttpResponse } from '../http/client.js';
import { omitSecrets } from '../util/redact.js';
import { assertOK, type Json, readIdentifier, readObject, readRefusal, readText, refusalMessage } from './response.js';
import type { Identity } from './token-response.js';

/** A Hiworks user as a Passport profile. Contains no token anywhere. */
export interface HiworksProfile {
  provider: 'hiworks';
  /** The stable user number, the same as `userNo`: key your users by it. */
  id: string;
  /** Hiworks' `user_no`, from the token response (documented). */
  userNo: string;
  /** Hiworks' `office_no`, the company, from the token response (documented). */
  officeNo: string;
  /** With `fetchProfile` only: the user's name, perhaps with a nickname around it: `Nick(홍길동)`. */
  displayName?: string;
  /**
   * With `fetchProfile` only: Hiworks' `user_id`, the local part of the mail address. Unique inside one office only
   * (every office has its `admin`), so never a key by itself.
   */
  username?: string;
  /** `_json` as text. */
  _raw: string;
  /** The members of both responses under Hiworks' names, without tokens. */
  _json: Json;
}

/** The profile of `user/v2/me`, which does not name the company. */
export type HiworksUserProfile = Omit<HiworksProfile, 'officeNo'>;

/** The profile that the token response gives. None of `secrets` gets into it. */
export function profileOf(params: Json, { officeNo, userNo }: Identity, secrets: readonly string[]): HiworksProfile {
  const _json = omitSecrets(params, secrets);
  return { provider: 'hiworks', id: userNo, userNo, officeNo, _raw: JSON.stringify(_json), _json };
}

/** The same with the names that `user/v2/me` gave. */
export function withUserProfile(profile: HiworksProfile, user: HiworksUserProfile): HiworksProfile {
  const _json = { ...profile._json, ...user._json };
  return { ...user, ...profile, _raw: JSON.stringify(_json), _json };
}

/**
 * Reads the response of `user/v2/me` (seen in clients, not documented): a bare object `{ no, user_id, name }`.
 *
 * Throws a {@link HiworksProfileError} for an object with a `code`, and a `HiworksTransportError` for anything else.
 */
export function readUserProfile(response: HttpResponse): HiworksUserProfile {
  const json = readObject(response);
  const refusal = readRefusal(response, json);
  if (refusal) {
    const hint = 'does the client have the permission "내 정보 조회"?';
    throw new HiworksProfileError(refusalMessage(response, refusal, hint), refusal.code, refusal.description);
  }
  assertOK(response);
  const userNo = readIdentifier(response, 'no', json.no);
  const displayName = readText(response, json.name);
  const username = readText(response, json.user_id);
  const _json = omitSecrets(json, response.secrets);
  return {
    provider: 'hiworks',
    id: userNo,
    userNo,
    ...(displayName !== undefined && { displayName }),
    ...(username !== undefined && { username }),
    _raw: JSON.stringify(_json),
    _json,
  };
}
