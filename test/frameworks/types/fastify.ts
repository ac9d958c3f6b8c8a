import fastifyPassport, { Authenticator } from '@fastify/passport';
import { fastify } from 'fastify';
import { type HiworksAuthenticateOptions, HiworksStrategy } from 'passport-hiworks';

const strategy = new HiworksStrategy(
  { clientID: 'id', clientSecret: 'secret' },
  (_accessToken, _refreshToken, profile, done) => done(null, profile),
);
fastifyPassport.use(strategy);
fastifyPassport.use('hiworks', strategy);
new Authenticator().use('hiworks', strategy);

export const app = fastify();
app.get('/login', { preValidation: fastifyPassport.authenticate('hiworks') }, () => {});
app.get('/login', { preValidation: fastifyPassport.authenticate('hiworks', { state: '/inbox' }) }, () => {});
app.get('/login', { preValidation: fastifyPassport.authenticate(strategy, { state: '/inbox' }) }, () => {});
app.get(
  '/login',
  {
    preValidation: fastifyPassport.authenticate(
      'hiworks',
      async (_request, reply, error, user, info, status) => {
        reply.send({ error, user, info, status });
      },
    ),
  },
  () => {},
);

// @fastify/passport's types know neither accessType nor callbackURL: they pass in a variable, together with an option that
// they know.
const offline = { accessType: 'offline', callbackURL: '/other/callback', session: true };
fastifyPassport.authenticate('hiworks', offline);
// @ts-expect-error not in place
fastifyPassport.authenticate('hiworks', { accessType: 'offline' });
// And for them state is a string.
const withObject: HiworksAuthenticateOptions = { state: { returnTo: '/' } };
// @ts-expect-error an object for state
fastifyPassport.authenticate('hiworks', withObject);
