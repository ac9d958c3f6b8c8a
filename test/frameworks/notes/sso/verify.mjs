import { HiworksSSOStrategy } from 'passport-hiworks/sso';

const { HIWORKS_SSO_PATH, HIWORKS_TOKENS_URL, HIWORKS_USER_NOS, PORT, SESSION_SECRET } = process.env;

export const path = HIWORKS_SSO_PATH;
export const port = Number(PORT);
export const secret = SESSION_SECRET;

export const strategy = new HiworksSSOStrategy({ path, tokensURL: HIWORKS_TOKENS_URL }, async (profile) =>
  HIWORKS_USER_NOS.split(',').includes(profile.userNo)
    ? { id: profile.id, name: profile.displayName }
    : false,
);

export const home = (user) =>
  user
    ? `${user.name} 님, 안녕하세요. (사용자 번호 ${user.id}) 로그아웃`
    : '하이웍스의 메뉴에서 이 앱을 열면 로그인됩니다.';

export { started } from '../hiworks.mjs';
