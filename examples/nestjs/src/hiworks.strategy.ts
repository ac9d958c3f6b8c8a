import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { PassportStrategy } from '@nestjs/passport';
import { type HiworksProfile, HiworksStrategy } from 'passport-hiworks';

@Injectable()
export class HiworksLogin extends PassportStrategy(HiworksStrategy) {
  constructor(config: ConfigService) {
    super({
      clientID: config.getOrThrow<string>('HIWORKS_CLIENT_ID'),
      clientSecret: config.getOrThrow<string>('HIWORKS_CLIENT_SECRET'),
      allowedOffices: config.getOrThrow<string>('HIWORKS_OFFICE_NO'),
      callbackURL: config.get<string>('HIWORKS_CALLBACK_URL') || '/auth/hiworks/callback',
      baseURL: config.get<string>('HIWORKS_BASE_URL') || undefined,
      fetchProfile: true,
    });
  }

  /** Find or create your own user here, by `profile.id` (Hiworks' `user_no`). */
  validate(_accessToken: string, _refreshToken: string | undefined, profile: HiworksProfile): Express.User {
    return { id: profile.id, officeNo: profile.officeNo, name: profile.displayName ?? profile.id };
  }
}
