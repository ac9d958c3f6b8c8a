// What every note's application is told by the suite.
const {
  HIWORKS_BASE_URL,
  HIWORKS_CLIENT_ID,
  HIWORKS_CLIENT_SECRET,
  HIWORKS_OFFICE_NO,
  PORT,
  SESSION_SECRET,
} = process.env;

export const options = {
  clientID: HIWORKS_CLIENT_ID,
  clientSecret: HIWORKS_CLIENT_SECRET,
  allowedOffices: HIWORKS_OFFICE_NO,
  callbackURL: '/auth/hiworks/callback',
  baseURL: HIWORKS_BASE_URL,
  fetchProfile: true,
};
export const port = Number(PORT);
export const secret = SESSION_SECRET;
export const userOf = (profile) => ({ id: profile.id, name: profile.displayName });
export const home = (user) =>
  user ? `<strong>${user.name}</strong> 사용자 번호 ${user.id} 로그아웃` : '하이웍스로 로그인';
export const started = () => console.log(`http://localhost:${port}`);
