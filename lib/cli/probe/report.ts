import type { IncomingHttpHeaders } from 'node:http';
import { type Came, type Finding, fieldsOf, memberOf } from './findings.js';
import { Mask } from './mask.js';

/** What a report is made of. */
export interface Findings {
  /** Where the requests went. */
  origin: string;
  /** In the order in which they happened. */
  exchanges: readonly Finding[];
  /** What was sent and must not be shown. */
  secrets: readonly string[];
  /** What follows for an application. */
  advice: readonly string[];
}

const SEND =
  'Read this report, then open an issue of passport-hiworks with it (`npm bugs passport-hiworks`), the date, and what ' +
  'you saw in the browser.';

const STATE_ADVICE = {
  same: '`state` came back: set `state: true`.',
  none: "`state` did not come back: keep `state: 'auto'`.",
  other: "`state` did not always come back as it was sent: keep `state: 'auto'`.",
  unknown: "There was no callback: keep `state: 'auto'`.",
};

/**
 * The findings as Markdown, fit for a public issue: types and lengths, Hiworks' own messages, and no secret, token, code,
 * name or number. `madeBy` tells the versions.
 */
export function report({ origin, exchanges, secrets, advice }: Findings, madeBy: string): string {
  const mask = new Mask(secrets, exchanges);
  return `## What Hiworks does

${madeBy}; requests went to ${origin}.

| sent | came back |
| --- | --- |
${exchanges.map(({ sent, state, came }) => `| ${sent}${mask.label(state)} | ${describe(came, mask)} |`).join('\n')}

Values with the same number are equal.

### What to do

${[...advice, SEND].map((line) => `- ${line}`).join('\n')}
`;
}

/** Whether `state: true` can be set. */
export function stateAdvice(exchanges: readonly Finding[]): string {
  const found = exchanges.flatMap(({ state, came }) => {
    if (state === undefined || typeof came === 'string' || !('query' in came)) {
      return [];
    }
    const returned = came.query.getAll('state').join(' ');
    return returned === state ? 'same' : returned === '' ? 'none' : 'other';
  });
  const [first = 'unknown', another] = new Set(found);
  return STATE_ADVICE[another ? 'other' : first];
}

/** Whether `fetchProfile: true` can be set. */
export function profileAdvice(profile: Came | undefined): string {
  return memberOf(profile, 'no') === undefined
    ? '`user/v2/me` was not read: leave out `fetchProfile`.'
    : '`user/v2/me` can be read: `fetchProfile: true` works.';
}

function describe(came: Came, mask: Mask): string {
  if (typeof came === 'string') {
    return `nothing: ${mask.clean(came)}`;
  }
  const fields = Array.from(fieldsOf(came), (field) => mask.field(field)).join(', ');
  return 'query' in came
    ? `callback: ${fields || 'no parameter'}; ${describeHeaders(came.headers, mask)}`
    : `HTTP ${came.status}, ${show(came.headers['content-type'], mask)}: ${fields || 'not JSON in UTF-8'}`;
}

// Of the Referer only the origin: its path and query may be anything.
function describeHeaders({ referer = '', ...headers }: IncomingHttpHeaders, mask: Mask): string {
  const origin = URL.canParse(referer) && new URL(referer).origin;
  const { 'sec-fetch-site': site, 'sec-fetch-user': user } = headers;
  return `Referer ${show(origin, mask)}, Sec-Fetch-Site ${show(site, mask)}, Sec-Fetch-User ${show(user, mask)}`;
}

function show(header: unknown, mask: Mask): string {
  return header ? mask.clean(String(header)) : 'absent';
}
