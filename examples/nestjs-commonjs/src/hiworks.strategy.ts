import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { type HiworksParams, type HiworksProfile, HiworksStrategy } from 'passport-hiworks';
import { optional, required } from './environment.js';
import type { User } from './user.js';

const [clientID, clientSecret, allowedOffices] = required(
  'HIWORKS_CLIENT_ID',
  'HIWORKS_CLIENT_SECRET',
  'HIWORKS_OFFICE_NO',
  'SESSION_SECRET',
);

/** `true`: Nest tells the strategy how many parameters `validate` has, so that it gets `params` as well. */
@Injectable()
export class HiworksLogin extends PassportStrategy(HiworksStrategy, 'hiworks', true) {
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

  /** `params` is the token response. Find or create your own user here, by `profile.id` (Hiworks' `user_no`). */
  validate(
    _accessToken: string,
    _refreshToken: string | undefined,
    params: HiworksParams,
    profile: HiworksProfile,
  ): User {
    return { id: profile.id, officeNo: String(params.office_no), name: profile.displayName ?? profile.id };
  }
}
