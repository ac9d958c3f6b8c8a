const { env } = process;

/** The port to listen on, `PORT` or 3000. */
export const port = Number(env.PORT || 3000);

/** The values of these environment variables. If any is not set, says which in one line and exits. */
export function required(...names) {
  const missing = names.filter((name) => !env[name]);
  if (missing.length > 0) {
    console.error(`Not set: ${missing.join(', ')} (see .env.example)`);
    process.exit(1);
  }
  return names.map((name) => env[name]);
}

/** The value of an environment variable, or `undefined` if it is empty or not set. */
export function optional(name) {
  return env[name] || undefined;
}
