import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/**
 * Keeps Hiworks' tokens in PostgreSQL, encrypted with `key` (32 bytes), for as many processes as there are.
 * `strategy` is the application's HiworksStrategy, `db` a pg.Pool.
 */
export function hiworksTokens(strategy, db, key) {
  function seal(text) {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  function unseal(sealed) {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
    decipher.setAuthTag(sealed.subarray(-16));
    return decipher.update(sealed.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8');
  }

  /** Keeps the tokens of a login or a refresh in place of the former ones. */
  async function save(userNo, { accessToken, refreshToken }, client = db) {
    await client.query(
      `INSERT INTO hiworks_tokens (user_no, access_token, refresh_token) VALUES ($1, $2, $3)
       ON CONFLICT (user_no) DO UPDATE
       SET access_token = EXCLUDED.access_token, refresh_token = EXCLUDED.refresh_token, obtained_at = now()`,
      [userNo, seal(accessToken), seal(refreshToken)],
    );
  }

  /**
   * The user's access token, or undefined if there is none. `refused` is the one that Hiworks no longer accepts: if it is
   * still the current one, it is refreshed. The row stays locked meanwhile, so that of several processes one refreshes
   * and the others find its result: Hiworks may accept a refresh token only once.
   */
  async function accessToken(userNo, refused) {
    const client = await db.connect();
    try {
      await client.query('BEGIN');
      const { rows } = await client.query('SELECT * FROM hiworks_tokens WHERE user_no = $1 FOR UPDATE', [
        userNo,
      ]);
      let current = rows[0] && unseal(rows[0].access_token);
      if (current !== undefined && current === refused) {
        const tokens = await strategy.refreshAccessToken(unseal(rows[0].refresh_token));
        await save(userNo, tokens, client);
        current = tokens.accessToken;
      }
      await client.query('COMMIT');
      return current;
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
  }

  return { save, accessToken };
}
