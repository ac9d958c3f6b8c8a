import { type Clean, describeCallback, describeKeys, describeResult, table } from './describe.js';
import {
  dataOf,
  type Findings,
  type Login,
  type LoginName,
  objectOf,
  type Result,
  STEPS,
  type Step,
} from './findings.js';
import { cleaner, shape } from './mask.js';

const UNKNOWN = 'not found out';

const SENT: Record<Step, string> = {
  online: 'the code of the `online` login',
  profile: '`user/v2/me`',
  profileBare: '`user/v2/me` without a Content-Type',
  codeAgain: 'the same code again',
  offline: 'the code of the `offline` login',
  refresh: 'its refresh token',
  refreshAgain: 'the same refresh token again',
  wrongCode: 'a made-up code',
};

/**
 * The findings as Markdown, fit for a public bug report: types and lengths, Hiworks' own words, and no secret, token,
 * code, name or number. `about` says what made it: the versions.
 */
export function report(findings: Findings, about: string): string {
  const { elsewhere, secrets, logins, results } = findings;
  const callbacks = logins.map(({ callback }) => callback);
  const clean = cleaner({ secrets, callbacks, results: Object.values(results) });
  return [
    '## What Hiworks does',
    '',
    `${about}; ${elsewhere === undefined ? 'requests went to Hiworks' : `requests went elsewhere: ${elsewhere}`}.`,
    '',
    ...table(['question', 'Hiworks', 'the package'], questions(findings, clean)),
    '',
    '### The logins',
    '',
    ...table(
      ['login', 'sent beside `client_id` and `access_type`', 'the callback'],
      logins.map(({ name, extra, callback }) => [
        name,
        codes(Object.keys(extra)) || 'nothing',
        describeCallback(callback, clean),
      ]),
    ),
    '',
    '### The responses',
    '',
    ...table(
      ['sent', 'status', 'content type', 'response'],
      STEPS.map((step) => [SENT[step], ...describeResult(results[step], clean)]),
    ),
    '',
  ].join('\n');
}

/** Whether both logins led to tokens, so that nothing essential is missing from the report. */
export function isComplete({ results }: Findings): boolean {
  return Boolean(dataOf(results.online) && dataOf(results.offline));
}

function questions({ logins, results }: Findings, clean: Clean): string[][] {
  const { online, offline, profile, profileBare, codeAgain, refresh, refreshAgain, wrongCode } = results;
  const both = [
    ['online', online],
    ['offline', offline],
  ] as const;
  const inBoth = (describe: (data: Record<string, unknown>) => string) =>
    each(
      both.flatMap(([name, result]) => {
        const data = dataOf(result);
        return data ? [[name, describe(data)] as const] : [];
      }),
    );
  const me = objectOf(profile);
  return [
    ['Is `state` returned?', stateReturned(logins), "either: `'auto'`"],
    ['What does a callback carry?', carried(logins, clean, 'online', 'offline'), '`auth_code`'],
    [
      'And if the user refuses?',
      carried(logins, clean, 'refusal'),
      'anything; `error=access_denied` is a refusal',
    ],
    ['May `response_type` and `redirect_uri` be sent?', extrasAccepted(logins), 'yes'],
    ['Is there a `refresh_token`?', inBoth((data) => shape(data.refresh_token)), 'for `offline`'],
    ['`office_no`', inBoth((data) => shape(data.office_no)), 'a string or a safe integer'],
    ['`user_no`', inBoth((data) => shape(data.user_no)), 'a string or a safe integer'],
    ['Which keys has `data`?', inBoth((data) => codes(Object.keys(data).map(clean))), 'more are ignored'],
    ['A wrong code is', accepted(wrongCode), 'refused, by another `code` than `SUC`'],
    ['A code sent twice is', accepted(codeAgain), 'refused'],
    ['Does a refresh give a new refresh token?', rotation(offline, refresh), 'either'],
    ['The old refresh token, sent again, is', accepted(refreshAgain), 'either'],
    [
      'May `user/v2/me` be read?',
      said(profile, () => (isProfile(profile) ? `yes: ${describeKeys(me, clean)}` : 'no')),
      'with the permission',
    ],
    [
      'Is its `no` the `user_no`?',
      isProfile(profile) ? sameNumber(me.no, (dataOf(online) ?? dataOf(offline))?.user_no) : UNKNOWN,
      'does not matter',
    ],
    [
      'Does it need the Content-Type?',
      isProfile(profile) ? said(profileBare, () => (isProfile(profileBare) ? 'no' : 'yes')) : UNKNOWN,
      'always sent',
    ],
  ];
}

function stateReturned(logins: Login[]): string {
  const found = logins.flatMap(({ name, extra, callback }) => {
    if (typeof callback === 'string' || extra.state === undefined) {
      return [];
    }
    const states = callback.getAll('state');
    const same = states.length === 1 && states[0] === extra.state;
    return [[name, states.length === 0 ? 'no' : same ? 'yes' : 'yes, but changed'] as const];
  });
  return each(found);
}

function carried(logins: Login[], clean: Clean, ...names: LoginName[]): string {
  const came = logins.filter(({ name, callback }) => names.includes(name) && typeof callback !== 'string');
  return each(came.map(({ name, callback }) => [name, describeCallback(callback, clean)]));
}

function extrasAccepted(logins: Login[]): string {
  const hasCode = ({ callback }: Login) => typeof callback !== 'string' && callback.has('auth_code');
  const offline = logins.filter(({ name }) => name === 'offline');
  const sent = logins.filter(({ extra }) => extra.redirect_uri !== undefined);
  if (sent.some(hasCode)) {
    return 'yes';
  }
  return offline.some(hasCode) ? 'perhaps not: no code came back with them, one did without' : UNKNOWN;
}

function rotation(offline: Result | undefined, refresh: Result | undefined): string {
  return said(refresh, () => {
    const data = dataOf(refresh);
    const token = data?.refresh_token;
    if (!data) {
      return 'no tokens at all';
    }
    if (typeof token !== 'string' || token === '') {
      return `no: ${shape(token)}`;
    }
    return token === dataOf(offline)?.refresh_token ? 'the same one' : 'yes';
  });
}

function accepted(result: Result | undefined): string {
  return said(result, () => (dataOf(result) ? 'accepted' : 'refused'));
}

// A gateway's error page says nothing about the question.
function said(result: Result | undefined, say: () => string): string {
  return Object.keys(objectOf(result)).length ? say() : UNKNOWN;
}

function isProfile(result: Result | undefined): boolean {
  const { code, no } = objectOf(result);
  return no !== undefined && (code === undefined || code === 'SUC');
}

function sameNumber(no: unknown, userNo: unknown): string {
  if (String(no) !== String(userNo)) {
    return 'no';
  }
  return no === userNo ? 'yes' : 'yes, as another type';
}

// One text if all are the same, otherwise which login led to which.
function each(found: readonly (readonly [login: string, text: string])[]): string {
  const different = new Set(found.map(([, text]) => text));
  if (different.size <= 1) {
    return [...different][0] ?? UNKNOWN;
  }
  return found.map(([login, text]) => `${login}: ${text}`).join('; ');
}

function codes(names: string[]): string {
  return names.map((name) => (name.startsWith('`') ? name : `\`${name}\``)).join(', ');
}
