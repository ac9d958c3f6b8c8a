import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { type HiworksProfile, HiworksStrategy } from 'passport-hiworks';
import { optional, required } from './environment.js';
import type { User } from './user.js';

const [clientID, clientSecret, allowedOffices] = required(
  'HIWORKS_CLIENT_ID',
  'HIWORKS_CLIENT_SECRET',
  'HIWORKS_OFFICE_NO',
  'SESSION_SECRET',
);

@Injectable()
export class HiworksLogin extends PassportStrategy(HiworksStrategy) {
  constructor() {
    super({
      clientID,
      clientSecret,
      allowedOffices,
      callbackURL: optional('HIWORKS_CALLBACK_URL') ?? '/auth/hiworks/callback',
      baseURL: optional('HIWORKS_BASE_URL'),
      fetchProfile: true,
    });
  }

  /** Find or create your own user here, by `profile.id` (Hiworks' `user_no`). */
  validate(_accessToken: string, _refreshToken: string | undefined, profile: HiworksProfile): User {
    return { id: profile.id, officeNo: profile.officeNo, name: profile.displayName ?? profile.id };
  }
}
