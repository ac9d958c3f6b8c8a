import passport from 'passport';
import { HiworksStrategy } from 'passport-hiworks';
import pg from 'pg';
import * as base from './application.mjs';

const options = base.hiworksOptions('DATABASE_URL');
const db = new pg.Pool({ connectionString: process.env.DATABASE_URL });
db.on('error', console.error); // a lost idle connection does not end the process

// One statement: two logins at the same moment do not create two rows.
const UPSERT = `
  INSERT INTO users (office_no, user_no, name, signed_in_at) VALUES ($1, $2, $3, now())
  ON CONFLICT (office_no, user_no) DO UPDATE SET name = EXCLUDED.name, signed_in_at = now()
  RETURNING id, active`;

passport.use(
  new HiworksStrategy(options, async (_accessToken, _refreshToken, profile, done) => {
    const { officeNo, userNo, displayName = userNo } = profile;
    const [user] = (await db.query(UPSERT, [officeNo, userNo, displayName])).rows;
    done(null, user.active && user, { code: 'deactivated', message: `User ${user.id} is deactivated` });
  }),
);
// The session holds the id only. Every request reads the row: a deactivated user is signed out at once.
passport.serializeUser((user, done) => done(null, user.id));
passport.deserializeUser((id, done) => {
  db.query('SELECT id, name FROM users WHERE id = $1 AND active', [id]).then(
    ({ rows }) => done(null, rows[0] ?? false),
    done,
  );
});

const TEXTS = { deactivated: '사용이 중지된 계정입니다. 관리자에게 문의해 주세요.' };

const app = base.createApp();
app.get(['/auth/hiworks', '/auth/hiworks/callback'], base.signIn);
app.get('/login', (req, res) => res.send(base.page(base.explain(req.query.reason, TEXTS) + base.LOGIN_LINK)));
app.get('/', (req, res) => {
  if (req.user) {
    res.send(base.page(`<p>${req.user.id}번 사용자 ${base.escapeHTML(req.user.name)}</p>`));
  } else {
    res.redirect('/login');
  }
});
base.serve(app);
