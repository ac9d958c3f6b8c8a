import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/**
 * Keeps Hiworks' tokens in PostgreSQL, encrypted with `key` (32 bytes), for any number of processes. `strategy` is the
 * application's HiworksStrategy, `db` a pg.Pool.
 */
export function hiworksTokens(strategy, db, key) {
  createCipheriv('aes-256-gcm', key, Buffer.alloc(12)); // a key that is too short throws now, not at a login
  // The user's number is authenticated: tokens that were copied into another user's row do not decrypt.
  function seal(userNo, { accessToken, refreshToken }) {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(userNo));
    const text = JSON.stringify({ accessToken, refreshToken });
    return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  function unseal(userNo, sealed) {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(userNo)).setAuthTag(sealed.subarray(-16));
    return JSON.parse(decipher.update(sealed.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8'));
  }

  /** Keeps the tokens of a login or a refresh in place of the former ones. */
  async function save(userNo, tokens, client = db) {
    await client.query(
      `INSERT INTO hiworks_tokens (user_no, tokens) VALUES ($1, $2)
       ON CONFLICT (user_no) DO UPDATE SET tokens = EXCLUDED.tokens, obtained_at = now()`,
      [userNo, seal(userNo, tokens)],
    );
  }

  async function load(userNo, client = db, lock = '') {
    const { rows } = await client.query(`SELECT tokens FROM hiworks_tokens WHERE user_no = $1 ${lock}`, [
      userNo,
    ]);
    return rows[0] ? unseal(userNo, rows[0].tokens) : {};
  }

  /** The row stays locked meanwhile: of several processes one refreshes, and the others find its tokens. */
  async function refresh(userNo, refused) {
    const client = await db.connect();
    let failure;
    try {
      await client.query('BEGIN');
      let tokens = await load(userNo, client, 'FOR UPDATE');
      if (tokens.accessToken === refused) {
        tokens = await strategy.refreshAccessToken(tokens.refreshToken);
        await save(userNo, tokens, client);
      }
      await client.query('COMMIT');
      return tokens.accessToken;
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      client.release(failure); // closes the connection after a failure, which rolls back
    }
  }

  const refreshing = new Map(); // by user: many requests at once take one connection of the pool

  /** The user's access token, or undefined if there is none. `refused` is one that Hiworks no longer accepts. */
  async function accessToken(userNo, refused) {
    const current = (await load(userNo)).accessToken;
    if (!current || current !== refused) {
      return current;
    }
    const refreshed =
      refreshing.get(userNo) ?? refresh(userNo, refused).finally(() => refreshing.delete(userNo));
    refreshing.set(userNo, refreshed);
    return refreshed;
  }

  return { save, accessToken };
}
