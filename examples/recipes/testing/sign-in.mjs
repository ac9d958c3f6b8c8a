import { createHiworksServer } from 'passport-hiworks/testing';

export const callbackURL = 'http://localhost:3000/auth/hiworks/callback'; // nobody has to listen there

/** A Hiworks with an employee of the company and one of another. */
export function startHiworks() {
  return createHiworksServer({
    callbackURL,
    users: [
      { userNo: '1234567', officeNo: '123123', userId: 'hong', name: '홍길동' },
      { userNo: '1234569', officeNo: '456456', userId: 'admin', name: '이준호' },
    ],
  });
}

/** What the browser does from the button to the callback. `agent` is supertest's, which keeps the session cookie. */
export async function signIn(agent, hiworks, userNo) {
  const start = await agent.get('/auth/hiworks');
  const callback = new URL(await hiworks.signIn(start.headers.location, userNo));
  return agent.get(callback.pathname + callback.search);
}
