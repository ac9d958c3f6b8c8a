import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import request from 'supertest';
import { AppModule } from './../src/app.module';
import { configure } from './../src/configure';

const HONG = { userNo: '1234567', officeNo: '123123', userId: 'hong', name: '홍길동' };
const LEE = { userNo: '7654321', officeNo: '456456', userId: 'lee', name: '이방인' };

describe('The login with Hiworks (e2e)', () => {
  let hiworks: HiworksServer;
  let app: INestApplication;
  let browser: ReturnType<typeof request.agent>;

  beforeAll(async () => {
    const callbackURL = 'http://localhost/auth/hiworks/callback';
    hiworks = await createHiworksServer({ callbackURL, users: [HONG, LEE] });
    Object.assign(process.env, {
      HIWORKS_CLIENT_ID: hiworks.options.clientID,
      HIWORKS_CLIENT_SECRET: hiworks.options.clientSecret,
      HIWORKS_BASE_URL: hiworks.options.baseURL,
      HIWORKS_CALLBACK_URL: callbackURL,
      HIWORKS_OFFICE_NO: HONG.officeNo,
      SESSION_SECRET: 'only for tests',
    });
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = module.createNestApplication();
    configure(app);
    await app.init();
  });

  beforeEach(() => {
    browser = request.agent(app.getHttpServer());
  });

  afterAll(async () => {
    await app?.close();
    await hiworks?.close();
  });

  /** Starts at `path`, signs in at Hiworks, and comes back. */
  async function signIn(user: { userNo: string }, path = '/auth/hiworks') {
    const start = await browser.get(path).expect(302);
    const { pathname, search } = new URL(await hiworks.signIn(start.headers.location, user.userNo));
    return browser.get(pathname + search);
  }

  it('signs in a user of the company', async () => {
    const response = await signIn(HONG, '/inbox');
    expect(response.headers.location).toBe('/inbox');
    const inbox = await browser.get('/inbox').expect(200);
    expect(inbox.text).toContain('홍길동');
  });

  it('refuses a user of another company', async () => {
    const response = await signIn(LEE);
    expect(response.headers.location).toBe('/login?reason=office_not_allowed');
  });
});
