/** Signs 홍길동 in with nothing but Passport, and prints the profile. */
module.exports = async function signIn({ Passport, Strategy, createHiworksServer }) {
  const callbackURL = 'http://app.example.com/auth/hiworks/callback';
  const hiworks = await createHiworksServer({ callbackURL });
  const passport = new Passport();
  passport.use(
    new Strategy(
      { ...hiworks.options, callbackURL, fetchProfile: true },
      (_accessToken, _refreshToken, profile, done) => done(null, profile),
    ),
  );

  const session = {};
  const request = (url) => ({ method: 'GET', url, headers: { host: 'app.example.com' }, session });

  const location = await new Promise((resolve, reject) => {
    const headers = {};
    const response = {
      setHeader: (name, value) => {
        headers[name.toLowerCase()] = value;
      },
      end: () => resolve(headers.location),
    };
    passport.authenticate('hiworks')(request('/auth/hiworks'), response, reject);
  });
  const { pathname, search } = new URL(await hiworks.signIn(location, '1234567'));
  const profile = await new Promise((resolve, reject) => {
    const decide = (error, user, info) => (user ? resolve(user) : reject(error ?? new Error(info.message)));
    passport.authenticate('hiworks', decide)(request(pathname + search), {}, reject);
  });
  await hiworks.close();
  console.log(JSON.stringify(profile));
};
