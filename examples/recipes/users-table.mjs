import { readFile } from 'node:fs/promises';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { HiworksStrategy } from 'passport-hiworks';
import pg from 'pg';

const { PORT = '3000', APP_URL = `http://localhost:${PORT}` } = process.env;
const db = new pg.Pool({ connectionString: process.env.DATABASE_URL });
await db.query(await readFile(new URL('users-table.sql', import.meta.url), 'utf8'));

// One statement, so that two logins at the same moment cannot create two rows.
const CREATE_OR_UPDATE = `
  INSERT INTO users (office_no, user_no, name) VALUES ($1, $2, $3)
  ON CONFLICT (office_no, user_no) DO UPDATE SET name = EXCLUDED.name, signed_in_at = now()
  RETURNING id, name, active`;

passport.use(
  new HiworksStrategy(
    {
      clientID: process.env.HIWORKS_CLIENT_ID,
      clientSecret: process.env.HIWORKS_CLIENT_SECRET,
      baseURL: process.env.HIWORKS_BASE_URL, // the fake Hiworks; Hiworks itself if unset
      callbackURL: `${APP_URL}/auth/hiworks/callback`,
      allowedOffices: process.env.HIWORKS_OFFICE_NO,
      fetchProfile: true, // for the name
    },
    async (_accessToken, _refreshToken, { officeNo, userNo, displayName }) => {
      const { rows } = await db.query(CREATE_OR_UPDATE, [officeNo, userNo, displayName ?? userNo]);
      return rows[0].active ? rows[0] : false;
    },
  ),
);
// The session holds the id only; every request reads the row, so that a deactivated user is out at once.
passport.serializeUser((user, done) => done(null, user.id));
passport.deserializeUser((id, done) => {
  db.query('SELECT id, name FROM users WHERE id = $1 AND active', [id]).then(
    ({ rows }) => done(null, rows[0] ?? false),
    done,
  );
});

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

const signIn = passport.authenticate('hiworks', { failureRedirect: '/refused' });
app.get('/auth/hiworks', signIn);
app.get('/auth/hiworks/callback', signIn, (_req, res) => res.redirect('/'));
app.get('/refused', (_req, res) => res.status(403).send('로그인하지 못했습니다. 관리자에게 문의해 주세요.'));
app.get('/', (req, res) => {
  res.type('text').send(req.user ? `${req.user.id}번 사용자 ${req.user.name}` : '로그인하지 않았습니다.');
});

app.listen(PORT, () => console.log(APP_URL));
