import passport from 'passport';
import { HiworksSSOStrategy } from 'passport-hiworks/sso';
import pg from 'pg';
import * as base from '../application.mjs';

base.checkEnvironment('HIWORKS_SSO_PATH', 'SESSION_SECRET', 'DATABASE_URL');
const db = new pg.Pool({ connectionString: process.env.DATABASE_URL });
db.on('error', console.error); // a lost idle connection does not end the process

async function findEmployee(userNo) {
  const { rows } = await db.query('SELECT user_no, name FROM employees WHERE user_no = $1', [userNo]);
  return rows[0] ?? false;
}

passport.use(
  new HiworksSSOStrategy(
    {
      path: process.env.HIWORKS_SSO_PATH,
      tokensURL: process.env.HIWORKS_TOKENS_URL || undefined, // the fake Hiworks; Hiworks itself if not set
    },
    async ({ userNo, displayName, employeeNo }, done) => {
      const employee = await findEmployee(userNo);
      if (!employee) {
        // A login creates no employee: an administrator approves the requests of those they know.
        await db.query(
          'INSERT INTO login_requests (user_no, name, employee_no) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
          [userNo, displayName, employeeNo],
        );
      }
      done(null, employee, { code: 'not_approved', message: `No employee has user-no ${userNo}` });
    },
  ),
);
passport.serializeUser((user, done) => done(null, user.user_no));
passport.deserializeUser((userNo, done) => {
  findEmployee(userNo).then((employee) => done(null, employee), done);
});

const TEXTS = {
  not_approved: '관리자에게 승인을 요청했습니다. 승인되면 하이웍스 메뉴에서 다시 여세요.',
};

const app = base.createApp();
app.get('/sso/:key', (req, res, next) => {
  res.set('Referrer-Policy', 'no-referrer'); // the address holds the key and a token: redirect at once
  const succeeded = (user) => req.logIn(user, (failed) => (failed ? next(failed) : res.redirect('/')));
  const failed = (reason) =>
    // A token that was used before (Back, a reload) does not matter to a user who is signed in.
    res.redirect(req.user && reason === 'ERR' ? '/' : `/?${new URLSearchParams({ reason })}`);
  passport.authenticate('hiworks-sso', base.loginCallback(res, next, succeeded, failed))(req, res, next);
});
app.post('/logout', (req, res, next) => {
  req.logOut((failed) => (failed ? next(failed) : res.redirect('/')));
});
app.get('/', (req, res) => {
  // Always show who is signed in: a link from a colleague signs users in as that colleague.
  const content = req.user
    ? `<p>${base.escapeHTML(req.user.name)} 님으로 로그인되어 있습니다. 본인이 아니면 로그아웃해 주세요.</p>
<form method="post" action="/logout"><button>로그아웃</button></form>`
    : '<p>하이웍스 메뉴에서 열면 로그인됩니다.</p>';
  res.send(base.page(base.explain(req.query.reason, TEXTS) + content));
});
base.serve(app);
