import { readFile } from 'node:fs/promises';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { HiworksStrategy, HiworksTokenError } from 'passport-hiworks';
import pg from 'pg';
import { hiworksTokens } from './hiworks-tokens.mjs';

const { PORT = '3000', APP_URL = `http://localhost:${PORT}` } = process.env;
const HIWORKS = process.env.HIWORKS_BASE_URL ?? 'https://api.hiworks.com';
const db = new pg.Pool({ connectionString: process.env.DATABASE_URL });
await db.query(await readFile(new URL('hiworks-tokens.sql', import.meta.url), 'utf8'));

const strategy = new HiworksStrategy(
  {
    clientID: process.env.HIWORKS_CLIENT_ID,
    clientSecret: process.env.HIWORKS_CLIENT_SECRET,
    baseURL: HIWORKS,
    callbackURL: `${APP_URL}/auth/hiworks/callback`,
    allowedOffices: process.env.HIWORKS_OFFICE_NO,
    accessType: 'offline', // for a refresh token
  },
  async (accessToken, refreshToken, { userNo }) => {
    await tokens.save(userNo, { accessToken, refreshToken });
    return { userNo };
  },
);
const tokens = hiworksTokens(strategy, db, Buffer.from(process.env.TOKEN_KEY, 'base64url'));
passport.use(strategy);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

/** GET from a Hiworks API. If Hiworks refuses, once more with a new access token. */
async function getFromHiworks(userNo, path) {
  const accessToken = await tokens.accessToken(userNo);
  let body = await request(path, accessToken);
  if (isRefusal(body)) {
    body = await request(path, await tokens.accessToken(userNo, accessToken));
  }
  if (isRefusal(body)) {
    throw new Error(`Hiworks refused ${path}: ${body.message ?? body.msg}`);
  }
  return body;
}

async function request(path, accessToken) {
  const response = await fetch(new URL(path, HIWORKS), {
    headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(10_000),
  });
  return response.json();
}

// A refusal has been seen with HTTP 200, too: what tells is a `code` other than SUC.
function isRefusal({ code = 'SUC' }) {
  return code !== 'SUC';
}

const app = express();
app.use(
  session({
    secret: process.env.SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { sameSite: 'lax', secure: 'auto' },
  }),
  passport.session(),
);
const signIn = passport.authenticate('hiworks', { failureRedirect: '/?failed' });
app.get('/auth/hiworks', signIn);
app.get('/auth/hiworks/callback', signIn, (_req, res) => res.redirect('/'));
app.get('/', (_req, res) => res.send('<a href="/auth/hiworks">하이웍스로 로그인</a>'));
app.get('/me', async (req, res) => {
  if (!req.user) {
    res.sendStatus(401);
    return;
  }
  try {
    const { name } = await getFromHiworks(req.user.userNo, '/user/v2/me');
    res.json({ name }); // what the page needs, never the token
  } catch (error) {
    if (!(error instanceof HiworksTokenError)) throw error;
    console.error(error);
    res.status(401).json({ login: '/auth/hiworks' }); // the refresh token is no longer good: a login brings another
  }
});

app.listen(PORT, () => console.log(APP_URL));
