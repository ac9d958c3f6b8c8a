import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const build = new URL('../build/', import.meta.url);
const FILES = ['application.mjs', 'local-password.mjs', 'return-to.mjs', 'sign-out.mjs', 'users-table.mjs'];

const keepSession = [
  [/req\.logIn\(user, \(/g, 'req.logIn(user, { keepSessionInfo: true }, ('],
  [/passport\.authenticate\('local', \{/g, "passport.authenticate('local', { keepSessionInfo: true,"],
];
/** What a reader may change in the shared application: its sessions. */
const CHANGES = {
  'express-session': [],
  'a session that survives the sign-in': keepSession,
  'cookie-session': [
    ...keepSession,
    ["import session from 'express-session';", "import session from 'cookie-session';"],
    ['secret: process.env.SESSION_SECRET,', 'keys: [process.env.SESSION_SECRET],'],
    [/cookie: \{ (sameSite: 'lax'), secure: 'auto', \.\.\.cookie \},/, '$1, ...cookie,'],
    [/( +)passport\.session\(\),/, '$1addMethods, passport.session(),'],
  ],
};
// As Passport's documentation has it: cookie-session knows neither.
const METHODS = `
function addMethods(req, _res, next) {
  req.session.regenerate ??= (done) => done();
  req.session.save ??= (done) => done();
  next();
}
`;

export const SESSIONS = Object.keys(CHANGES);

/** Writes the recipes with other sessions; the path of `file` among them. */
export function withSessions(sessions, file) {
  const folder = `variants/${sessions.replaceAll(' ', '-')}`;
  mkdirSync(new URL(folder, build), { recursive: true });
  let changed = 0;
  for (const name of FILES) {
    const source = readFileSync(new URL(name, build), 'utf8');
    const text = CHANGES[sessions].reduce((text, change) => text.replace(...change), source);
    changed += Number(text !== source);
    writeFileSync(new URL(`${folder}/${name}`, build), name === FILES[0] ? text + METHODS : text);
  }
  if (CHANGES[sessions].length > 0 && changed < 2) {
    throw new Error(`The recipes have changed: ${sessions} cannot be tried any more`);
  }
  return `${folder}/${file}`;
}
