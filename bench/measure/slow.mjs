import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { counted } from '../lines.mjs';
import { start, withServer } from '../processes.mjs';
import { codeNumber, MADE_UP } from '../wire.mjs';

const SESSIONS = 40;
const A_SECOND = 100;
const GENUINE = 16;

/**
 * Hiworks takes a second for each response, and 40 sessions begin 100 logins a second and finish them with made-up codes. How many of 16
 * genuine logins, which begin one after the other while this goes on, succeed: as it is, and with the rate limits of the
 * recipe.
 */
export async function measure({ lead, progress }) {
  const lines = [];
  for (const limited of [false, true]) {
    const name = `slow Hiworks, made-up codes${limited ? ', rate limits' : ''}: logins of ${GENUINE}`;
    progress(name);
    const succeeded = await withServer({ delay: 1000 }, async (server) => {
      const app = await start('app.mjs', { url: server.first.url, limited });
      const count = await genuineLogins(app.first.url, lead);
      await app.stop();
      return count;
    });
    const target = limited ? GENUINE : (GENUINE * 3) / 4;
    lines.push(counted(name, succeeded, '', `at least ${target}`, succeeded >= target));
  }
  return lines;
}

async function genuineLogins(app, lead) {
  const agent = new http.Agent({ keepAlive: true });
  let ended = false;
  async function attack(number) {
    const browser = browserAt(agent, app, `10.0.0.${number}`);
    for (let sent = 0; !ended; sent++) {
      browser.logIn(`${MADE_UP}-${number}-${sent}`).catch(() => undefined);
      await sleep((1000 * SESSIONS) / A_SECOND);
    }
  }
  const attacks = Array.from({ length: SESSIONS }, (_, number) => attack(number));
  await sleep(lead);
  const logins = [];
  for (let number = 0; number < GENUINE; number++) {
    logins.push(browserAt(agent, app, `10.1.0.${number}`).logIn(codeNumber(number)));
    await sleep(lead / 10);
  }
  const outcomes = await Promise.all(logins);
  ended = true;
  await Promise.all(attacks);
  agent.destroy();
  return outcomes.filter(({ headers }) => headers.location === '/').length;
}

/** A browser at that address, with one session, in which each login is begun anew. */
function browserAt(agent, app, address) {
  const headers = { 'x-forwarded-for': address };
  return {
    async logIn(code) {
      const started = await get(agent, `${app}/start`, headers);
      headers.cookie ??= started.headers['set-cookie'][0].split(';', 1)[0];
      return get(agent, `${app}/callback?auth_code=${code}`, headers);
    },
  };
}

function get(agent, url, headers) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}
