import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { home, path, port, secret, started, strategy } from './verify.mjs';

passport.use(strategy);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));
const app = express();
app.use(session({ secret, resave: false, saveUninitialized: false }), passport.session());
app.get('/', (req, res) => {
  res.send(home(req.user));
});
app.get(path, passport.authenticate('hiworks-sso', { successRedirect: '/' }));
const server = app.listen(port, () => started(server));
