export async function POST(request) {
  const { withSession } = await import('../../lib/session.mjs');
  return withSession(request, (session) => {
    delete session.user;
    return new Response(null, { status: 303, headers: { location: '/' } });
  });
}
