import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import { type HiworksParams, type HiworksProfile, HiworksStrategy } from 'passport-hiworks';

const options = { clientID: 'id', clientSecret: 'secret', callbackURL: '/auth/hiworks/callback' };

@Injectable()
export class Login extends PassportStrategy(HiworksStrategy) {
  constructor() {
    super({ ...options, accessType: 'offline', fetchProfile: true });
  }

  validate(_accessToken: string, _refreshToken: string | undefined, profile: HiworksProfile) {
    return profile;
  }
}

@Injectable()
export class LoginWithParams extends PassportStrategy(HiworksStrategy, 'hiworks', true) {
  constructor() {
    super(options);
  }

  async validate(
    _accessToken: string,
    _refreshToken: string | undefined,
    params: HiworksParams,
    profile: HiworksProfile,
  ) {
    return { id: profile.id, office: params.office_no };
  }
}

@Injectable()
export class LoginWithRequest extends PassportStrategy(HiworksStrategy, 'hiworks-partners') {
  constructor() {
    super({ ...options, passReqToCallback: true });
  }

  validate(
    request: { ip?: string },
    _accessToken: string,
    _refreshToken: string | undefined,
    profile: HiworksProfile,
  ) {
    return { ip: request.ip, id: profile.id };
  }
}

export async function refresh(login: Login): Promise<string> {
  return (await login.refreshAccessToken('refresh token')).accessToken;
}

@Injectable()
export class OfflineGuard extends AuthGuard('hiworks') {
  override getAuthenticateOptions(_context: ExecutionContext) {
    return { accessType: 'offline', callbackURL: '/other/callback', state: '/inbox' };
  }
}

@Injectable()
export class ObjectStateGuard extends AuthGuard('hiworks') {
  constructor() {
    super({ accessType: 'offline', state: { returnTo: '/inbox' } });
  }

  // @ts-expect-error for Nest's types state is a string here, and anything in the constructor
  override getAuthenticateOptions(_context: ExecutionContext) {
    return { state: { returnTo: '/inbox' } };
  }
}

export class WithoutClientID extends PassportStrategy(HiworksStrategy) {
  constructor() {
    // @ts-expect-error clientID is missing
    super({ clientSecret: 'secret' });
  }

  validate() {}
}

// @ts-expect-error validate is missing
export class WithoutValidate extends PassportStrategy(HiworksStrategy) {}
