// What every note's application is told by the suite.
const { env } = process;

export const options = {
  clientID: env.HIWORKS_CLIENT_ID,
  clientSecret: env.HIWORKS_CLIENT_SECRET,
  allowedOffices: env.HIWORKS_OFFICE_NO,
  callbackURL: '/auth/hiworks/callback',
  baseURL: env.HIWORKS_BASE_URL,
  fetchProfile: true,
};
export const port = Number(env.PORT);
export const secret = env.SESSION_SECRET;
export const userOf = ({ id, displayName }) => ({ id, name: displayName });
export const home = (user) =>
  user ? `${user.name} 님, 안녕하세요. (사용자 번호 ${user.id}) 로그아웃` : '하이웍스로 로그인';
/** Prints the address of a server that listens. */
export const started = (server, protocol = 'http') =>
  console.log(`${protocol}://localhost:${server.address().port}`);
