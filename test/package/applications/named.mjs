import passport from 'passport';
import Default, { HiworksStrategy } from 'passport-hiworks';
import { createHiworksServer } from 'passport-hiworks/testing';
import signIn from './sign-in.cjs';

signIn({
  Passport: passport.Passport,
  Strategy: Default === HiworksStrategy && Default,
  createHiworksServer,
});
