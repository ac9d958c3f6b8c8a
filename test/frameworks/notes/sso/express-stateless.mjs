import cookieParser from 'cookie-parser';
import express from 'express';
import passport from 'passport';
import { home, path, port, secret, started, strategy } from './verify.mjs';

passport.use(strategy);
const app = express();
app.use(cookieParser(secret));
app.get('/', (req, res) => {
  res.send(home(req.signedCookies.user));
});
app.get(path, passport.authenticate('hiworks-sso', { session: false }), (req, res) => {
  res.cookie('user', req.user, { signed: true, httpOnly: true, sameSite: 'lax' }).redirect('/');
});
app.listen(port, started);
