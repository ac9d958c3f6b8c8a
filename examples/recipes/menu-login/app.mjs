import { readFile } from 'node:fs/promises';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { isHiworksError } from 'passport-hiworks';
import { HiworksSSOStrategy } from 'passport-hiworks/sso';
import pg from 'pg';

const { PORT = '3000', APP_URL = `http://localhost:${PORT}` } = process.env;
const db = new pg.Pool({ connectionString: process.env.DATABASE_URL });
await db.query(await readFile(new URL('employees.sql', import.meta.url), 'utf8'));

passport.use(
  new HiworksSSOStrategy(
    {
      path: process.env.HIWORKS_SSO_PATH, // /sso/ and a random key
      tokensURL: process.env.HIWORKS_TOKENS_URL, // the fake Hiworks; Hiworks itself if unset
    },
    async ({ userNo, displayName, employeeNo }) => {
      const { rows } = await db.query('SELECT user_no, name FROM employees WHERE user_no = $1', [userNo]);
      if (rows.length === 0) {
        // Nobody becomes an employee by a login: an administrator approves whom they recognize.
        await db.query(
          'INSERT INTO login_requests (user_no, name, employee_no) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
          [userNo, displayName, employeeNo],
        );
      }
      return rows[0] ?? false;
    },
  ),
);
passport.serializeUser((user, done) => done(null, user.user_no));
passport.deserializeUser((userNo, done) => {
  db.query('SELECT user_no, name FROM employees WHERE user_no = $1', [userNo]).then(
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

app.get('/sso/:key', (req, res, next) => {
  res.set({ 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-store' }); // the address holds key and token
  passport.authenticate('hiworks-sso', (error, user, info, status = 403) => {
    if (error) {
      next(error);
    } else if (user) {
      req.logIn(user, (failed) => (failed ? next(failed) : res.redirect('/'))); // at once, to an address without them
    } else {
      res
        .status(status)
        .send(info ? '하이웍스 메뉴에서 다시 열어 주세요.' : '관리자의 승인을 기다리고 있습니다.');
    }
  })(req, res, next);
});
app.get('/', (req, res) => {
  // Always say who is signed in: a link from a colleague signs people in as that colleague.
  const text = req.user
    ? `${req.user.name} 님으로 로그인되어 있습니다. 본인이 아니면 로그아웃해 주세요.`
    : '하이웍스 메뉴에서 열어 주세요.';
  res.type('text').send(text);
});
app.post('/logout', (req, res, next) => req.logout((error) => (error ? next(error) : res.redirect('/'))));
app.use((error, _req, res, _next) => {
  console.error(error);
  const status = isHiworksError(error) ? error.status : 500;
  res.status(status).send('로그인하지 못했습니다. 하이웍스 메뉴에서 다시 열어 주세요.');
});

app.listen(PORT, () => console.log(APP_URL));
