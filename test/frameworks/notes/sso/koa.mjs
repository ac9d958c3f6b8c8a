import Router from '@koa/router';
import Koa from 'koa';
import passport from 'koa-passport';
import { createSession } from 'koa-session';
import { home, path, port, secret, started, strategy } from './verify.mjs';

passport.use(strategy);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const router = new Router();
router.get('/', (ctx) => {
  ctx.body = home(ctx.state.user);
});
router.get(path, passport.authenticate('hiworks-sso', { successRedirect: '/' }));
const app = new Koa();
app.keys = [secret];
app.use(createSession({ sameSite: 'lax' }, app));
app.use(passport.initialize());
app.use(passport.session());
app.use(router.routes());
const server = app.listen(port, () => started(server));
