export type * from './index.js';
export {
  HiworksAuthorizationError,
  HiworksProfileError,
  HiworksStrategy,
  HiworksStrategy as default,
  HiworksTokenError,
  HiworksTransportError,
  isHiworksError,
  Strategy,
  visitorMessage,
} from './index.js';
