declare global {
  namespace Express {
    /** What these pages need of whoever is signed in. */
    interface User {
      /** Hiworks' `user_no`: the key of your own table of users. */
      id: string;
      /** Hiworks' `office_no`, the company; missing after a login from a Hiworks menu. */
      officeNo?: string;
      name: string;
    }
  }
}

export type User = Express.User;
