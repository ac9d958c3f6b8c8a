/** What each contestant is called in tables; the first is what the others are measured by. */
export const NAMES = {
  'by-hand': 'hand-written exchange',
  hiworks: 'passport-hiworks',
  plain: 'plain passport-oauth2',
  undici: 'undici pool',
  'raw-socket': 'raw socket (the limit)',
};

export const CONTESTANTS = Object.keys(NAMES);
export const [BASE] = CONTESTANTS;
