import { sessionOf } from '../lib/session.js';

export async function getServerSideProps({ req, res }) {
  const { user = null } = await sessionOf(req, res);
  return { props: { user } };
}

export default function Home({ user }) {
  return user ? (
    <p>
      <strong>{user.name}</strong>
      {` 사용자 번호 ${user.id} 로그아웃`}
    </p>
  ) : (
    <a href="/api/auth/hiworks">하이웍스로 로그인</a>
  );
}
