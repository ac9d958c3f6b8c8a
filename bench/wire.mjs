// What goes over the wire, the same for both contestants.

export const CLIENT = { clientID: 'bench.open.apps', clientSecret: 's'.repeat(64) };
export const USER_NO = '1234567';
export const TOKEN_PATH = '/open/auth/accesstoken';
/** Codes that begin so are refused. */
export const MADE_UP = 'made-up';

/** The five documented fields of a code exchange. */
export function fields(code) {
  return {
    client_id: CLIENT.clientID,
    client_secret: CLIENT.clientSecret,
    grant_type: 'authorization_code',
    auth_code: code,
    access_type: 'online',
  };
}

/** A code as long as Hiworks' codes are. */
export function codeNumber(number) {
  return number.toString(36).padStart(32, '0');
}

// Reconstructed from Hiworks' documentation, with the headers that such a server sends.
const respond = (body, text = JSON.stringify(body)) =>
  `HTTP/1.1 200 OK\r\nDate: Tue, 24 Nov 2026 00:00:00 GMT\r\nServer: nginx\r\nContent-Type: application/json; charset=UTF-8\r\nContent-Length: ${text.length}\r\nConnection: keep-alive\r\n\r\n${text}`;

const tokens = { access_token: 'a'.repeat(32), refresh_token: 'r'.repeat(32) };
export const TOKENS = respond({
  code: 'SUC',
  msg: '',
  data: { ...tokens, office_no: '123123', user_no: USER_NO },
});
export const REFUSAL = respond({ code: 'ERR', msg: 'expired' });
