// What goes over the wire, the same for every contestant.

export const CLIENT = { clientID: 'bench.open.apps', clientSecret: 's'.repeat(64) };
export const USER_NO = '1234567';

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
const BODY = JSON.stringify({
  code: 'SUC',
  msg: '',
  data: {
    access_token: 'a'.repeat(32),
    refresh_token: 'r'.repeat(32),
    office_no: '123123',
    user_no: USER_NO,
  },
});

export const RESPONSE = [
  'HTTP/1.1 200 OK',
  'Date: Tue, 24 Nov 2026 00:00:00 GMT',
  'Server: nginx',
  'Content-Type: application/json; charset=UTF-8',
  `Content-Length: ${BODY.length}`,
  'Connection: keep-alive',
  '',
  BODY,
].join('\r\n');

export const URLS = {
  authorization: '/open/auth/authform',
  token: '/open/auth/accesstoken',
};
