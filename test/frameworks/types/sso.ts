import passport from 'passport';
import { isHiworksError } from 'passport-hiworks';
import { type HiworksSSOProfile, HiworksSSOStrategy } from 'passport-hiworks/sso';

const users = new Map<string, { id: string }>();

const strategy = new HiworksSSOStrategy({ path: '/sso/a-segment-of-22-letters' }, (profile, done) => {
  done(null, users.get(profile.userNo) ?? false, { message: profile.displayName ?? profile.id });
});
passport.use(strategy);
passport.use(
  'menu',
  new HiworksSSOStrategy(
    { path: '/sso/a-segment-of-22-letters' },
    async (profile: HiworksSSOProfile) => users.get(profile.userNo) ?? false,
  ),
);
passport.authenticate('hiworks-sso', { session: false });

export const statusOf = (error: unknown): number => (isHiworksError(error) ? error.status : 500);

// @ts-expect-error path is missing
new HiworksSSOStrategy({}, () => undefined);
// @ts-expect-error no such option
new HiworksSSOStrategy({ path: '/sso/a-segment-of-22-letters', allowedOffices: '123123' }, () => undefined);
