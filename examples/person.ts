import type { HiworksProfile } from 'passport-hiworks';

/** What these applications keep of somebody who signed in: what Passport calls the user. */
export interface Person {
  /** Hiworks' `user_no`. */
  id: string;
  /** Hiworks' `office_no`, the company. */
  officeNo: string;
  name: string;
}

/** The state that goes with a login, and comes back with it. */
export interface LoginState {
  returnTo: string;
}

declare global {
  namespace Express {
    interface User extends Person {}
  }
}

/** The person behind a profile: here one looks up, or adds, one's own record. */
export function findPerson(profile: HiworksProfile): Person {
  return { id: profile.id, officeNo: profile.officeNo, name: profile.displayName ?? profile.id };
}
