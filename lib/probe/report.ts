import {
  dataOf,
  type Findings,
  type Login,
  type LoginName,
  objectOf,
  type Reply,
  STEPS,
  type Step,
} from './findings.js';
import { cleaner, isShown, shape } from './mask.js';

type Clean = (text: string) => string;

const UNKNOWN = 'not found out';

/**
 * The findings as Markdown, fit for a public bug report: types and lengths, Hiworks' own words, and no secret, token,
 * code, name or number. `about` says what made it: the versions.
 */
export function report(findings: Findings, about: string): string {
  const { elsewhere, logins, replies } = findings;
  const clean = cleaner(findings);
  const steps = Object.entries(STEPS) as [Step, string][];
  return [
    '## What Hiworks answered',
    '',
    `${about}; ${elsewhere === undefined ? 'asked: Hiworks' : `asked, instead of Hiworks: ${elsewhere}`}.`,
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
    '### The answers',
    '',
    ...table(
      ['sent', 'status', 'content type', 'answer'],
      steps.map(([step, what]) => [what, ...describeReply(replies[step], clean)]),
    ),
    '',
  ].join('\n');
}

/** Whether both logins led to tokens, so that nothing essential is missing from the report. */
export function isComplete({ replies }: Findings): boolean {
  return Boolean(dataOf(replies.online) && dataOf(replies.offline));
}

function questions({ logins, replies }: Findings, clean: Clean): string[][] {
  const { online, offline, profile, profileBare, codeAgain, refresh, refreshAgain, wrongCode } = replies;
  const both = [
    ['online', online],
    ['offline', offline],
  ] as const;
  const inBoth = (describe: (data: Record<string, unknown>) => string) =>
    each(
      both.flatMap(([name, reply]) => {
        const data = dataOf(reply);
        return data ? [[name, describe(data)] as const] : [];
      }),
    );
  const me = objectOf(profile);
  return [
    ['Is `state` returned?', stateReturned(logins), "either: `'auto'`"],
    ['What does a callback carry?', carried(logins, clean, 'online', 'offline'), '`auth_code`'],
    [
      'And where the person refuses?',
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
      answered(profile, () => (isProfile(profile) ? `yes: ${keys(me, clean)}` : 'no')),
      'with the permission',
    ],
    [
      'Is its `no` the `user_no`?',
      isProfile(profile) ? sameNumber(me.no, (dataOf(online) ?? dataOf(offline))?.user_no) : UNKNOWN,
      'does not matter',
    ],
    [
      'Does it need the Content-Type?',
      isProfile(profile) ? answered(profileBare, () => (isProfile(profileBare) ? 'no' : 'yes')) : UNKNOWN,
      'always sent',
    ],
  ];
}

function stateReturned(logins: Login[]): string {
  const answers = logins.flatMap(({ name, extra, callback }) => {
    if (typeof callback === 'string' || extra.state === undefined) {
      return [];
    }
    const states = callback.getAll('state');
    const same = states.length === 1 && states[0] === extra.state;
    return [[name, states.length === 0 ? 'no' : same ? 'yes' : 'yes, but changed'] as const];
  });
  return each(answers);
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

function rotation(offline: Reply | undefined, refresh: Reply | undefined): string {
  return answered(refresh, () => {
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

function accepted(reply: Reply | undefined): string {
  return answered(reply, () => (dataOf(reply) ? 'accepted' : 'refused'));
}

// A gateway's error page says nothing about the question.
function answered(reply: Reply | undefined, answer: () => string): string {
  return Object.keys(objectOf(reply)).length ? answer() : UNKNOWN;
}

function isProfile(reply: Reply | undefined): boolean {
  const { code, no } = objectOf(reply);
  return no !== undefined && (code === undefined || code === 'SUC');
}

function sameNumber(no: unknown, userNo: unknown): string {
  if (String(no) !== String(userNo)) {
    return 'no';
  }
  return no === userNo ? 'yes' : 'yes, as another type';
}

function describeCallback(callback: Login['callback'], clean: Clean): string {
  if (typeof callback === 'string') {
    return callback === 'timeout' ? 'none in time' : 'none; the person went on';
  }
  return keys(Object.fromEntries(callback), clean) || 'no parameter';
}

function describeReply(reply: Reply | undefined, clean: Clean): string[] {
  if (!reply) {
    return ['–', '–', 'not sent'];
  }
  if ('failure' in reply) {
    return ['–', '–', `none: ${clean(reply.failure)}`];
  }
  const { status, type, json } = reply;
  const object = objectOf(reply);
  const inside = typeof object.data === 'object' && object.data !== null ? keys(object.data, clean) : '';
  const body =
    json === undefined
      ? 'not JSON'
      : Object.keys(object).length
        ? keys(object, clean)
        : `JSON: ${shape(json)}`;
  return [
    String(status),
    type === undefined ? 'absent' : clean(type),
    inside ? `${body}; in \`data\`: ${inside}` : body,
  ];
}

// Each key with the shape of its value, or the value itself where it is nobody's.
function keys(object: object, clean: Clean): string {
  return Object.entries(object)
    .map(([key, value]) => {
      const shown = isShown(key) && (typeof value === 'string' || typeof value === 'number') && value !== '';
      return `${clean(key)} ${shown ? `${typeof value} ${clean(String(value))}` : shape(value)}`;
    })
    .join(', ');
}

// One answer where all are the same, otherwise who said what.
function each(answers: readonly (readonly [name: string, answer: string])[]): string {
  const different = new Set(answers.map(([, answer]) => answer));
  if (different.size <= 1) {
    return [...different][0] ?? UNKNOWN;
  }
  return answers.map(([name, answer]) => `${name}: ${answer}`).join('; ');
}

function codes(names: string[]): string {
  return names.map((name) => (name.startsWith('`') ? name : `\`${name}\``)).join(', ');
}

function table(head: string[], rows: string[][]): string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}
