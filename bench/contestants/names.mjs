/** What each contestant is called in tables; `plain` is what the others are measured by. */
export const NAMES = {
  plain: 'plain passport-oauth2',
  'plain-express5': 'plain passport-oauth2, as Express 5 needs it',
  hiworks: 'passport-hiworks',
  'by-hand': 'hand-written exchange',
  undici: 'undici pool',
  'raw-socket': 'raw socket (the limit)',
};

export const CONTESTANTS = Object.keys(NAMES);
