import passport from 'passport';
import { HiworksStrategy } from 'passport-hiworks';
import { createHiworksServer } from 'passport-hiworks/testing';
import signIn from './sign-in.cjs';

signIn({ Passport: passport.Passport, Strategy: HiworksStrategy, createHiworksServer });
