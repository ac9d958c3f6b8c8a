// An Express application with this package's strategy and a session, in a process of its own. Argument: { url, limited }, as
// JSON: where Hiworks is, and whether the rate limits of the recipe are on.

import express from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import { limits } from '../examples/recipes/server/limits.mjs';
import { createStrategy } from './contestants/hiworks.mjs';

const { url, limited } = JSON.parse(process.argv[2]);

const passport = new Passport();
passport.use('contestant', createStrategy(url));
passport.serializeUser((user, done) => done(null, user));

const app = express();
app.set('trust proxy', 'loopback');
app.use(session({ secret: 'bench', resave: false, saveUninitialized: false }));
if (limited) {
  app.use(limits);
}
app.get('/start', passport.authenticate('contestant'));
app.get('/callback', passport.authenticate('contestant', { failureRedirect: '/failed' }), (_req, res) =>
  res.redirect('/'),
);
app.use((error, _req, res, _next) => res.sendStatus(error.status));

const server = app.listen(0, '127.0.0.1', () => {
  process.send({ url: `http://127.0.0.1:${server.address().port}` });
});
process.on('disconnect', () => process.exit());
