import Koa from 'koa';
import passport from 'koa-passport';
import { type HiworksAuthenticateOptions, HiworksStrategy } from 'passport-hiworks';

const strategy = new HiworksStrategy(
  { clientID: 'id', clientSecret: 'secret' },
  (_accessToken, _refreshToken, profile, done) => done(null, profile),
);
passport.use(strategy);
passport.use('hiworks-partners', strategy);

export const app = new Koa();
app.use(passport.initialize());
app.use(passport.session());
app.use(passport.authenticate('hiworks'));
app.use(passport.authenticate('hiworks', { accessType: 'offline', state: { returnTo: '/' } }));

// koa-passport takes any object for options: it is this type that finds a mistake in them.
const options: HiworksAuthenticateOptions = { accessType: 'offline', callbackURL: '/other/callback' };
app.use(passport.authenticate('hiworks', options));
app.use(passport.authenticate('hiworks', { accessType: 'always' }));
// @ts-expect-error no such accessType
export const wrong: HiworksAuthenticateOptions = { accessType: 'always' };
// @ts-expect-error koa-passport's types know a strategy by its name only
app.use(passport.authenticate(strategy));
// @ts-expect-error a class, not a strategy
passport.use(HiworksStrategy);
