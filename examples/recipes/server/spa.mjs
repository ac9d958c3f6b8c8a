import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { visitorMessage } from 'passport-hiworks';
import { checkEnvironment, headers, listen, login, rememberInSession } from './hiworks.mjs';

checkEnvironment();
const app = express();
app.set('trust proxy', 'loopback'); // in production: nginx on this machine, which ends HTTPS
app.use(
  headers,
  session({
    name: 'spa.sid', // a name of its own: cookies do not distinguish the ports of a host
    secret: process.env.SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { sameSite: 'lax', secure: 'auto' },
  }),
  passport.session(),
);
app.get(['/auth/hiworks', '/auth/hiworks/callback'], login('/', rememberInSession));
app.get('/api/me', (req, res) => {
  const { reason } = req.query; // why the login failed
  res.status(req.user ? 200 : 401).json(req.user ?? { message: reason && visitorMessage(reason) });
});
app.post('/api/logout', (req, res, next) => {
  req.logOut((failed) => (failed ? next(failed) : res.sendStatus(204)));
});
app.use(express.static('dist')); // in production: what `vite build` makes
listen(app);
