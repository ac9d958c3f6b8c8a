import type { Me, TokenAnswer } from './envelope.js';
import { withoutSecrets } from './words.js';

/** A person of Hiworks, as Passport hands people on. Contains no token anywhere. */
export interface HiworksProfile {
  /** The strategy's name, as in every Passport profile. */
  provider: 'hiworks';
  /** The stable user number, the same as `userNo`: what to key users by. */
  id: string;
  /** Hiworks' `user_no`, from the token answer (documented). */
  userNo: string;
  /** Hiworks' `office_no`, the company, from the token answer (documented). */
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
  /** What Hiworks said about the person in either answer, in its own names and without tokens. */
  _json: Record<string, unknown>;
}

// Assigning to `__proto__` would not make a field of that name.
const UNFIT_NAME = /token|secret|auth_code|^__proto__$/i;
const DEEPEST = 8;

/**
 * Builds the profile from the token answer and, where it was fetched, the answer of `user/v2/me`. None of `secrets`
 * gets into it, even where Hiworks' answer repeats one.
 */
export function buildProfile(
  answer: TokenAnswer,
  me: Me | undefined,
  secrets: readonly string[],
): HiworksProfile {
  const _json = scrub({ ...answer.params, ...me?.json }, secrets, 0) as Record<string, unknown>;
  const profile: HiworksProfile = {
    provider: 'hiworks',
    id: answer.userNo,
    userNo: answer.userNo,
    officeNo: answer.officeNo,
    _raw: JSON.stringify(_json),
    _json,
  };
  if (me?.name !== undefined) {
    profile.displayName = withoutSecrets(me.name, secrets);
  }
  if (me?.userId !== undefined) {
    profile.username = withoutSecrets(me.userId, secrets);
  }
  return profile;
}

// Hiworks' answers are flat; whatever is nested deeper than this is no part of a profile.
function scrub(value: unknown, secrets: readonly string[], depth: number): unknown {
  if (typeof value === 'string') {
    return withoutSecrets(value, secrets);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (depth >= DEEPEST) {
    return null;
  }
  if (Array.isArray(value)) {
    return value.map((item) => scrub(item, secrets, depth + 1));
  }
  const fit: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    if (!UNFIT_NAME.test(name)) {
      fit[withoutSecrets(name, secrets)] = scrub(item, secrets, depth + 1);
    }
  }
  return fit;
}
