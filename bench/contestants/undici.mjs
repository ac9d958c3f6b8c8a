import { stringify } from 'node:querystring';
import { Pool } from 'undici';
import { fields, URLS } from '../wire.mjs';

/** The exchange over undici's pool, for comparison: what leaving Node's own client would bring. */
export function createLogin(url) {
  const pool = new Pool(url, { connections: 50 });
  const endpoint = {
    path: URLS.token,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  };
  return async (code) => {
    const { body } = await pool.request({ ...endpoint, body: stringify(fields(code)) });
    const response = await body.json();
    if (response.code !== 'SUC') {
      throw new Error(response.msg);
    }
    return response.data.user_no;
  };
}
