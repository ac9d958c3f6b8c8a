const { Passport } = require('passport');
const { Strategy } = require('passport-hiworks');
const { createHiworksServer } = require('passport-hiworks/testing');
const signIn = require('./sign-in.cjs');

signIn({ Passport, Strategy, createHiworksServer });
