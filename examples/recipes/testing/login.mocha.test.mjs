import assert from 'node:assert/strict';
import request from 'supertest';
import { createApp } from './app.mjs';
import { callbackURL, signIn, startHiworks } from './sign-in.mjs';

describe('the login', () => {
  let hiworks;
  let app;

  before(async () => {
    hiworks = await startHiworks();
    app = createApp({ ...hiworks.options, callbackURL });
  });
  after(() => hiworks.close());

  it('signs an employee in', async () => {
    const agent = request.agent(app);
    await signIn(agent, hiworks, '1234567');
    assert.deepEqual((await agent.get('/')).body, { name: '홍길동' });
  });

  it('refuses an employee of another company', async () => {
    const agent = request.agent(app);
    const back = await signIn(agent, hiworks, '1234569');
    assert.equal(back.headers.location, '/refused');
    assert.equal((await agent.get('/')).status, 401);
  });
});
