// Imported at the request: `next build` loads this file, and has no secrets.
export async function GET(request) {
  const { signIn } = await import('../../../lib/hiworks.mjs');
  const { withSession } = await import('../../../lib/session.mjs');
  return withSession(request, (session) => signIn(request, session));
}
