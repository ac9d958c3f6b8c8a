import http from 'node:http';
import { start } from '../processes.mjs';
import { estimated, leastDisturbed } from '../statistics.mjs';
import { codeNumber } from '../wire.mjs';

const BROWSERS = 50;

/**
 * Whole logins through Express 5, Passport and a session, start and callback, `state: true` on both sides: the
 * application's CPU in microseconds for each, over several sets of processes.
 */
export async function throughExpress({ sets, rounds, logins, warmUp, progress }) {
  const hiworks = await start('server.mjs', {}, { core: 0 });
  const measured = { hiworks: [], 'plain-express5': [] };
  const contestants = Object.keys(measured);
  for (let set = 0; set < sets; set++) {
    const apps = {};
    for (const contestant of contestants) {
      progress(`through Express, set ${set + 1}/${sets}: warming up ${contestant}`);
      apps[contestant] = await start('app.mjs', { contestant, url: hiworks.first.url }, { core: 1 });
      await logIn(apps[contestant].first.url, warmUp);
    }
    for (let round = 0; round < rounds; round++) {
      progress(`through Express, set ${set + 1}/${sets}, round ${round + 1}/${rounds}`);
      for (const contestant of round % 2 ? contestants : contestants.toReversed()) {
        await apps[contestant].call('cpu');
        await logIn(apps[contestant].first.url, logins);
        measured[contestant].push((await apps[contestant].call('cpu')) / logins);
      }
    }
    await Promise.all(Object.values(apps).map((app) => app.stop()));
  }
  await hiworks.stop();
  return {
    hiworks: estimated(measured.hiworks, leastDisturbed),
    plain: estimated(measured['plain-express5'], leastDisturbed),
  };
}

async function logIn(app, logins) {
  const agent = new http.Agent({ keepAlive: true });
  let begun = 0;
  async function browser() {
    while (begun < logins) {
      const code = codeNumber(begun++);
      const started = await get(agent, `${app}/start`);
      const state = new URL(started.headers.location).searchParams.get('state');
      const cookie = started.headers['set-cookie'][0].split(';', 1)[0];
      const ended = await get(agent, `${app}/callback?auth_code=${code}&state=${state}`, { cookie });
      if (ended.headers.location !== '/') {
        throw new Error(`a login ended at ${ended.headers.location} (HTTP ${ended.statusCode})`);
      }
    }
  }
  await Promise.all(Array.from({ length: BROWSERS }, browser));
  agent.destroy();
}

function get(agent, url, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}
