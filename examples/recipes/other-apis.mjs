import passport from 'passport';
import { HiworksStrategy, HiworksTokenError } from 'passport-hiworks';
import pg from 'pg';
import * as base from './application.mjs';
import { hiworksTokens } from './hiworks-tokens.mjs';

const options = base.hiworksOptions('DATABASE_URL', 'TOKEN_KEY');
const db = new pg.Pool({ connectionString: process.env.DATABASE_URL });
db.on('error', console.error); // a lost idle connection does not end the process

const strategy = new HiworksStrategy(
  { ...options, accessType: 'offline' }, // for a refresh token
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
  let response = await request(path, accessToken);
  if (response.refused) {
    response = await request(path, await tokens.accessToken(userNo, accessToken));
  }
  if (response.refused || response.status !== 200) {
    throw new Error(`Hiworks refused ${path}: HTTP ${response.status}, ${response.refused}`);
  }
  return response.body;
}

async function request(path, accessToken) {
  const response = await fetch(new URL(path, options.baseURL ?? 'https://api.hiworks.com'), {
    headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(10_000),
  });
  const body = await response.json();
  // A refusal can have HTTP 200: it is an object with a `code` other than SUC, or with `errors`.
  const { code = 'SUC', errors, msg, message = msg } = body;
  const refused = code !== 'SUC' || errors ? (message ?? JSON.stringify(errors ?? code)) : undefined;
  return { status: response.status, refused, body };
}

const app = base.createApp();
app.get(['/auth/hiworks', '/auth/hiworks/callback'], base.signIn);
app.get('/login', (req, res) => res.send(base.page(base.explain(req.query.reason) + base.LOGIN_LINK)));
app.get('/', (req, res) => (req.user ? res.redirect('/me') : res.redirect('/login')));
app.get('/me', async (req, res) => {
  if (!req.user) {
    res.status(401).json({ login: '/login' });
    return;
  }
  try {
    const { name } = await getFromHiworks(req.user.userNo, '/user/v2/me');
    res.json({ name }); // what the page needs, never the token
  } catch (error) {
    if (!(error instanceof HiworksTokenError)) {
      throw error;
    }
    console.warn(error);
    res.status(401).json({ login: '/login' }); // the refresh token is no longer valid: a login brings another
  }
});
base.serve(app);
