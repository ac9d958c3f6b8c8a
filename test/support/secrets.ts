import { inspect } from 'node:util';
import { expect } from 'chai';

/** Secrets that no error, message or profile may contain: made up, in the form of Hiworks' samples. */
export const CLIENT_SECRET = 'sh0uldneverbeseenclientsecret001';
export const CODE = 'sh0uldneverbeseenauthcode0000002';
export const ACCESS_TOKEN = 'sh0uldneverbeseenaccesstoken0003';
export const REFRESH_TOKEN = 'sh0uldneverbeseenrefreshtoken004';
/** The secrets of one login. */
export const KNOWN_TO_A_LOGIN = {
  'client secret': CLIENT_SECRET,
  code: CODE,
  'access token': ACCESS_TOKEN,
  'refresh token': REFRESH_TOKEN,
};
/** Part of unusable responses, whose bodies may not be printed. */
export const BODY_MARK = 'sh0uldneverbeseenrawbody00000005';

export const SECRETS = [CLIENT_SECRET, CODE, ACCESS_TOKEN, REFRESH_TOKEN, BODY_MARK];

/** Everything that a log could show of `value`, an error's causes included. */
export function everythingPrintedOf(value: unknown): string {
  const printed = [inspect(value, { showHidden: true, depth: null, getters: true }), inspect(value)];
  for (let error = value, depth = 0; error instanceof Error && depth < 10; error = error.cause, depth++) {
    printed.push(error.message, String(error.stack), String(error), ...Object.values(error).map(String));
  }
  return [...printed, String(value), JSON.stringify(value)].join('\n');
}

/** Fails if anything that a log could show of `value` contains one of `secrets`. */
export function expectNothingSecretIn(value: unknown, secrets: readonly string[] = SECRETS): void {
  const printed = everythingPrintedOf(value);
  for (const secret of secrets) {
    expect(printed, `what is printed of ${value}`).not.to.include(secret);
  }
}
