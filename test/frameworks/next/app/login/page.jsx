import { visitorMessage } from 'passport-hiworks';

export default async function Login({ searchParams }) {
  const { reason } = await searchParams;
  return (
    <>
      {reason && <p>{visitorMessage(reason)}</p>}
      <a href="/auth/hiworks">하이웍스로 로그인</a>
    </>
  );
}
