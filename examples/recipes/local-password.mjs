import { randomBytes, randomUUID, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import express from 'express';
import passport from 'passport';
import { HiworksStrategy } from 'passport-hiworks';
import { Strategy as LocalStrategy } from 'passport-local';
import pg from 'pg';
import * as base from './application.mjs';

const options = base.hiworksOptions('DATABASE_URL');
const db = new pg.Pool({ connectionString: process.env.DATABASE_URL });
db.on('error', console.error); // a lost idle connection does not end the process

async function findUser(condition, ...values) {
  const { rows } = await db.query(`SELECT * FROM users WHERE active AND ${condition}`, values);
  return rows[0] ?? false;
}

// Put your own check here. It takes equally long for an unknown user, and does not block the process.
const hash = promisify(scrypt);
const NO_PASSWORD = { password_salt: randomBytes(16), password_hash: randomBytes(64) };
async function hasPassword(user, password) {
  const { password_salt, password_hash } = user.password_hash ? user : NO_PASSWORD;
  return timingSafeEqual(await hash(String(password), password_salt, 64), password_hash);
}

passport.use(
  new LocalStrategy({ usernameField: 'email' }, (email, password, done) => {
    findUser('email = $1', email)
      .then(async (user) => (await hasPassword(user, password)) && user)
      .then((user) => done(null, user), done);
  }),
);
passport.use(
  'hiworks',
  new HiworksStrategy(options, async (_accessToken, _refreshToken, { officeNo, userNo }, done) => {
    const user = await findUser('office_no = $1 AND user_no = $2', officeNo, userNo);
    done(null, user, { code: 'not_connected', message: `No active user has user_no ${userNo}` });
  }),
);
passport.use(
  'hiworks-connect',
  new HiworksStrategy(options, (_accessToken, _refreshToken, profile, done) => done(null, profile)),
);
passport.serializeUser((user, done) => done(null, user.id));
passport.deserializeUser((id, done) => {
  findUser('id = $1', id).then((user) => done(null, user), done);
});

const TEXTS = {
  wrong_login: '이메일 주소나 비밀번호가 올바르지 않습니다.',
  not_connected: '연결되지 않은 하이웍스 계정입니다. 비밀번호로 로그인해 먼저 연결해 주세요.',
  wrong_password: '비밀번호가 올바르지 않습니다.',
  no_proposal: '연결할 계정을 다시 확인해야 합니다. 처음부터 다시 연결해 주세요.',
  connected: '이미 하이웍스 계정이 연결되어 있습니다. 바꾸려면 관리자에게 문의해 주세요.',
  taken: '이미 다른 사용자에게 연결된 하이웍스 계정입니다.',
};
const app = base.createApp();

// Every browser sends the origin of a form's page. Another site's form must not sign a user in: the Hiworks account
// that this user connects next would belong to the attacker.
const ownForm = [
  (req, res, next) =>
    [undefined, new URL(base.url).origin].includes(req.get('Origin')) ? next() : res.sendStatus(403),
  express.urlencoded({ extended: false }),
];
const signedIn = (req, res, next) => (req.user ? next() : res.redirect('/login'));

const checkLogin = passport.authenticate('local', { failureRedirect: '/login?reason=wrong_login' });
app.post('/login', ownForm, checkLogin, (_req, res) => res.redirect('/'));
app.get('/auth/hiworks', base.signIn);
app.get('/connect/hiworks', signedIn, connect);
// One redirect URL for both. A login that was started for the other purpose is refused.
app.get('/auth/hiworks/callback', (req, res, next) => (req.user ? connect : base.signIn)(req, res, next));

/** Proposes an account, and connects nothing: the callback is a link, and an attacker can send one. */
function connect(req, res, next) {
  const proposed = ({ officeNo, userNo, displayName }) => {
    const expires = Date.now() + 10 * 60 * 1000;
    req.session.proposal = { id: randomUUID(), userId: req.user.id, expires, officeNo, userNo, displayName };
    res.redirect(req.user.user_no ? '/?reason=connected' : '/');
  };
  // The callback was used before, or is that of a sign-in: this user is signed in.
  const isStale = (reason) => reason === 'no_pending_login' || reason === 'state_mismatch';
  const failed = (reason) => res.redirect(isStale(reason) ? '/' : `/?${new URLSearchParams({ reason })}`);
  // Passport 0.7 takes the login for a sign-in without the `{}`.
  passport.authorize('hiworks-connect', {}, base.loginCallback(res, next, proposed, failed))(req, res, next);
}

function proposalFor({ session, user }) {
  const { proposal } = session;
  return proposal?.userId === user.id && proposal.expires > Date.now() ? proposal : undefined;
}

app.post('/connect', ownForm, signedIn, async (req, res) => {
  const proposal = proposalFor(req);
  let reason = 'wrong_password';
  if (!proposal || proposal.id !== req.body?.proposal) {
    reason = 'no_proposal'; // or the form showed another account than the one that was proposed last
  } else if (await hasPassword(req.user, req.body.password)) {
    reason = await save(req.user, proposal);
  }
  res.redirect(reason ? `/?reason=${reason}` : '/');
});

/** Connects the account, or resolves with the reason why not. A connected account is never replaced. */
async function save({ id }, { officeNo, userNo }) {
  try {
    const { rowCount } = await db.query(
      `UPDATE users SET office_no = $1, user_no = $2
       WHERE id = $3 AND (user_no IS NULL OR (office_no, user_no) = ($1, $2))`,
      [officeNo, userNo, id],
    );
    return rowCount === 1 ? '' : 'connected';
  } catch (error) {
    if (error.code === '23505') {
      return 'taken'; // unique_violation
    }
    throw error;
  }
}

app.get('/login', (req, res) => {
  res.send(
    base.page(`${base.explain(req.query.reason, TEXTS)}
<form method="post"><input name="email" placeholder="이메일 주소" autocomplete="username">
<input name="password" type="password" placeholder="비밀번호" autocomplete="current-password"><button>로그인</button></form>
${base.LOGIN_LINK}`),
  );
});
app.get('/', signedIn, (req, res) => {
  const { name, user_no } = req.user;
  const proposal = proposalFor(req);
  let hiworks = '<p><a href="/connect/hiworks">하이웍스 계정 연결하기</a></p>';
  if (user_no) {
    hiworks = `<p>하이웍스 사용자 번호: ${base.escapeHTML(user_no)}</p>`;
  } else if (proposal) {
    const account = base.escapeHTML(`${proposal.displayName ?? ''} (사용자 번호 ${proposal.userNo})`);
    hiworks += `<p>하이웍스 계정 ${account}을 연결하려면 이 서비스의 비밀번호를 입력하세요.</p>
<form method="post" action="/connect"><input name="proposal" type="hidden" value="${proposal.id}">
<input name="password" type="password" placeholder="비밀번호"><button>연결</button></form>`;
  }
  res.send(base.page(`${base.explain(req.query.reason, TEXTS)}<p>${base.escapeHTML(name)} 님</p>${hiworks}`));
});
base.serve(app);
