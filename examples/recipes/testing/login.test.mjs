import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startApplication } from './application.mjs';

describe('the login', () => {
  let application;
  before(async () => {
    application = await startApplication();
  });
  after(() => application?.stop());

  test('signs an employee in', async () => {
    assert.match(await application.signIn('1234567'), /홍길동 님/);
  });

  test('refuses an employee of another company', async () => {
    assert.match(await application.signIn('1234569'), /회사/);
  });
});
