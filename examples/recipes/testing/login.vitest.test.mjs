import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from './app.mjs';
import { callbackURL, signIn, startHiworks } from './sign-in.mjs';

describe('the login', () => {
  let hiworks;
  let app;

  beforeAll(async () => {
    hiworks = await startHiworks();
    app = createApp({ ...hiworks.options, callbackURL });
  });
  afterAll(() => hiworks.close());

  it('signs an employee in', async () => {
    const agent = request.agent(app);
    await signIn(agent, hiworks, '1234567');
    expect((await agent.get('/')).body).toEqual({ name: '홍길동' });
  });

  it('refuses an employee of another company', async () => {
    const agent = request.agent(app);
    const back = await signIn(agent, hiworks, '1234569');
    expect(back.headers.location).toBe('/refused');
    expect((await agent.get('/')).status).toBe(401);
  });
});
