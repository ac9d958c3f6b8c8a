// An Express application with one strategy and a session, in a process of its own. Argument: { contestant, url }. For
// each message, the microseconds of CPU since the one before; the sessions so far are dropped.

import express from 'express';
import session, { MemoryStore } from 'express-session';
import { Passport } from 'passport';

const { contestant, url } = JSON.parse(process.argv[2]);
const { createStrategy } = await import(`./contestants/${contestant}.mjs`);

const passport = new Passport();
passport.use('contestant', createStrategy(url, { state: true }));
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const store = new MemoryStore();
const app = express();
app.use(session({ secret: 'bench', resave: false, saveUninitialized: false, store }));
app.get('/start', passport.authenticate('contestant'));
app.get('/callback', passport.authenticate('contestant', { failureRedirect: '/lost' }), (_req, res) =>
  res.redirect('/'),
);

const server = app.listen(0, '127.0.0.1', () => {
  process.send({ url: `http://127.0.0.1:${server.address().port}` });
});
server.keepAliveTimeout = 60_000;

let before = process.cpuUsage();
process.on('message', () => {
  const { user, system } = process.cpuUsage(before);
  store.clear();
  before = process.cpuUsage();
  process.send(user + system);
});
process.on('disconnect', () => process.exit());
