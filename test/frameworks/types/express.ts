import express from 'express';
import express4 from 'express4';
import passport from 'passport';
import { type HiworksAuthenticateOptions, HiworksStrategy } from 'passport-hiworks';

const strategy = new HiworksStrategy(
  { clientID: 'id', clientSecret: 'secret' },
  (_accessToken, _refreshToken, profile, done) => done(null, profile),
);
passport.use(strategy);
passport.use('hiworks-partners', strategy);

const offline: HiworksAuthenticateOptions = {
  accessType: 'offline',
  state: { returnTo: '/' },
  session: false,
};

export const app = express();
app.get('/login', passport.authenticate('hiworks'));
app.get('/login', passport.authenticate('hiworks', { accessType: 'offline', state: { returnTo: '/' } }));
app.get('/login', passport.authenticate('hiworks', { state: 'a word', callbackURL: '/other/callback' }));
app.get('/login', passport.authenticate('hiworks', { failureRedirect: '/login', keepSessionInfo: true }));
app.get('/login', passport.authenticate('hiworks', offline));
app.get('/login', passport.authenticate('hiworks-partners', { accessType: 'offline' }));
app.get('/login', passport.authenticate(strategy));
app.get('/login', passport.authenticate(strategy, { accessType: 'offline', state: { returnTo: '/' } }));
app.get('/connect', passport.authorize('hiworks', { accessType: 'offline', state: { returnTo: '/' } }));
app.get('/login', (req, res, next) => {
  passport.authenticate('hiworks', (error, user, info, status) => {
    const answer: number = error ? 500 : user ? 200 : (status ?? 401);
    res.status(answer).send(info?.message ?? info?.state.returnTo);
  })(req, res, next);
});
app.get('/login', (req, res, next) => {
  passport.authenticate('hiworks', { session: false }, (error: unknown, user: Express.User, info: object) => {
    res.send({ error, user, info });
  })(req, res, next);
});
// What was possible with other strategies still is.
app.get('/local', passport.authenticate('local', { failureRedirect: '/login' }));
app.get('/local', passport.authenticate(['local', 'hiworks'], { session: false }));

export const app4 = express4();
app4.get('/login', passport.authenticate('hiworks', { accessType: 'offline', state: { returnTo: '/' } }));
app4.get('/login', passport.authenticate(strategy, offline), (req, res) => {
  res.send(req.user);
});

// @ts-expect-error no such accessType
passport.authenticate('hiworks', { accessType: 'always' });
// @ts-expect-error no such accessType
passport.authenticate(strategy, { accessType: 'always' });
// @ts-expect-error a callbackURL is a string
passport.authenticate('hiworks', { callbackURL: 1 });
// @ts-expect-error a state is a string or an object
passport.authenticate('hiworks', { state: 1 });
// @ts-expect-error no such option
passport.authenticate('hiworks', { accesType: 'offline' });
// @ts-expect-error other strategies have no accessType
passport.authenticate('local', { accessType: 'offline' });
// @ts-expect-error a class, not a strategy
passport.use(HiworksStrategy);
