const { env } = process;
const required = ['HIWORKS_CLIENT_ID', 'HIWORKS_CLIENT_SECRET', 'HIWORKS_OFFICE_NO', 'SESSION_SECRET'];
const mistakes = required.filter((name) => !env[name]).map((name) => `${name} is missing or empty`);
if (env.SESSION_SECRET && env.SESSION_SECRET.length < 32) {
  mistakes.push('SESSION_SECRET is shorter than 32 characters');
}
if (mistakes.length > 0) {
  console.error(mistakes.map((mistake) => `${mistake} (see .env.example)`).join('\n'));
  process.exit(1);
}

/** The options of the strategy. */
export const options = {
  clientID: env.HIWORKS_CLIENT_ID,
  clientSecret: env.HIWORKS_CLIENT_SECRET,
  allowedOffices: env.HIWORKS_OFFICE_NO,
  callbackURL: env.HIWORKS_CALLBACK_URL || '/auth/hiworks/callback',
  baseURL: env.HIWORKS_BASE_URL || undefined, // the fake Hiworks; the real one if unset
  fetchProfile: true,
};
export const secret = env.SESSION_SECRET;
export const port = env.PORT || 3000;
