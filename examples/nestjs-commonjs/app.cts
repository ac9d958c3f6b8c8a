import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import {
  type HiworksParams,
  type HiworksProfile,
  HiworksStrategy,
  type HiworksStrategyOptions,
} from 'passport-hiworks';
import { hiworksOptions, port } from '../hiworks.js';
import { createApp, HIWORKS_OPTIONS } from '../nestjs/app.js';
import { findPerson, type Person } from '../person.js';

/** As in `nestjs/app.ts`, and `params`, the token answer, as well: `true` goes by the parameters of `validate`. */
@Injectable()
class HiworksLogin extends PassportStrategy(HiworksStrategy, 'hiworks', true) {
  constructor(@Inject(HIWORKS_OPTIONS) options: HiworksStrategyOptions) {
    super({ fetchProfile: true, ...options });
  }

  validate(
    _accessToken: string,
    _refreshToken: string | undefined,
    params: HiworksParams,
    profile: HiworksProfile,
  ): Person {
    return { ...findPerson(profile), officeNo: String(params.office_no) };
  }
}

const createAppWithParams = (options: HiworksStrategyOptions) => createApp(options, HiworksLogin);

export { createAppWithParams as createApp };

if (require.main === module) {
  hiworksOptions()
    .then(createAppWithParams)
    .then((app) => app.listen(port));
}
