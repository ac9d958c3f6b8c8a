import { createHiworksServer } from 'passport-hiworks/testing';
import request from 'supertest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApp } from '../app.js';

const callbackURL = 'http://localhost:3000/auth/hiworks/callback';
const users = [{ userNo: '1234567', officeNo: '123123', userId: 'hong', name: '홍길동' }];
let hiworks;
let browser;

beforeEach(async () => {
  hiworks = await createHiworksServer({ callbackURL, users });
  browser = request.agent(createApp({ ...hiworks.options, callbackURL }));
});
afterEach(() => hiworks.close());

// Opens the login, and resolves with the address of Hiworks that it leads to.
async function start() {
  const { headers } = await browser.get('/auth/hiworks').expect(302);
  return headers.location;
}

function open(callback) {
  const { pathname, search } = new URL(callback);
  return browser.get(pathname + search);
}

test('whoever signs in to Hiworks is signed in', async () => {
  await open(await hiworks.signIn(await start(), '1234567')).expect('location', '/me');
  const me = await browser.get('/me').expect(200);
  expect(me.body).toMatchObject({ id: '1234567', officeNo: '123123' });
});

test('whoever refuses is not', async () => {
  await open(await hiworks.refuse(await start())).expect('location', '/login');
  await browser.get('/me').expect(401);
});

test('an outage of Hiworks is an error of its own', async () => {
  hiworks.fail('token', 'reset');
  const callback = await hiworks.signIn(await start(), '1234567');
  await open(callback).expect(502, { code: 'connection_failed' });
});
