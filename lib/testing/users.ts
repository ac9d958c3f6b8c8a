/** An employee who can sign in. All are non-empty strings; `userNo` is unique among a server's users. */
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

// The numbers are Hiworks' own placeholders, and those beside them.
const DEFAULT_USERS: readonly HiworksUser[] = [
  { userNo: '1234567', officeNo: '123123', userId: 'hong', name: '홍길동', employeeNo: '2022001' },
  { userNo: '1234568', officeNo: '123123', userId: 'admin', name: '김서연', employeeNo: '2022002' },
  { userNo: '1234569', officeNo: '456456', userId: 'admin', name: '이준호' },
  { userNo: '1234570', officeNo: '456456', userId: 'minji', name: 'Minji(박민지)' },
];

/** The users, checked; without any, four of two offices. Throws a `TypeError` that names what is wrong. */
export function readUsers(users: readonly HiworksUser[] = DEFAULT_USERS): readonly Readonly<HiworksUser>[] {
  if (!Array.isArray(users) || users.length === 0) {
    throw new TypeError('users must be a non-empty array');
  }
  const checked = users.map((user: Partial<HiworksUser> | null, index) =>
    Object.freeze({
      userNo: readText(user?.userNo, `users[${index}].userNo`),
      officeNo: readText(user?.officeNo, `users[${index}].officeNo`),
      userId: readText(user?.userId, `users[${index}].userId`),
      name: readText(user?.name, `users[${index}].name`),
      ...(user?.employeeNo === undefined
        ? {}
        : { employeeNo: readText(user.employeeNo, `users[${index}].employeeNo`) }),
    }),
  );
  if (new Set(checked.map((user) => user.userNo)).size < checked.length) {
    throw new TypeError('users must not have one userNo twice');
  }
  return Object.freeze(checked);
}

/** Returns the text. Throws a `TypeError` that names the option unless it is a non-empty string. */
export function readText(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new TypeError(`${name} must be a non-empty string`);
  }
  return value;
}
