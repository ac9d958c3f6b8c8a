import { getIronSession } from 'iron-session';
import { cookies } from 'next/headers';

export default async function Home() {
  const store = await cookies();
  const { sessionOptions } = await import('../lib/session.mjs');
  const { user } = await getIronSession(store, sessionOptions);
  return user ? (
    <form method="post" action="/logout">
      {`${user.name} 님, 안녕하세요. (사용자 번호 ${user.id})`}
      <button type="submit">로그아웃</button>
    </form>
  ) : (
    <a href="/auth/hiworks">하이웍스로 로그인</a>
  );
}
