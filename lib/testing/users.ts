/** An employee who can sign in. All fields are non-empty strings; `userNo` is unique among a server's users. */
export interface HiworksUser {
  /** The stable user number: the token response's `user_no`, the profile's `no`, a menu token's `user-no`. */
  userNo: string;
  /** The number of the user's company: the token response's `office_no`. */
  officeNo: string;
  /** The local part of the mail address, unique inside one office only: `user_id`, `user-id`. */
  userId: string;
  /** The profile's `name`, a menu token's `user-name`. */
  name: string;
  /** A menu token's `employee-no`. By default there is none. */
  employeeNo?: string | undefined;
}

// The numbers are Hiworks' own placeholders, and their neighbours.
export const DEFAULT_USERS: readonly Readonly<HiworksUser>[] = [
  { userNo: '1234567', officeNo: '123123', userId: 'hong', name: '홍길동', employeeNo: '2022001' },
  { userNo: '1234568', officeNo: '123123', userId: 'admin', name: '김서연', employeeNo: '2022002' },
  { userNo: '1234569', officeNo: '456456', userId: 'admin', name: '이준호' },
  { userNo: '1234570', officeNo: '456456', userId: 'minji', name: 'Minji(박민지)' },
];
