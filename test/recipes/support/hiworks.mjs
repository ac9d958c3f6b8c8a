import { createHiworksServer } from 'passport-hiworks/testing';

/** A fake Hiworks with two employees of office 123123 and one of office 456456. */
export function startHiworks(options) {
  return createHiworksServer({
    users: [
      { userNo: '1234567', officeNo: '123123', userId: 'hong', name: '홍길동', employeeNo: '2022001' },
      { userNo: '1234568', officeNo: '123123', userId: 'admin', name: '김서연', employeeNo: '2022002' },
      { userNo: '1234569', officeNo: '456456', userId: 'admin', name: '이준호', employeeNo: '2022001' },
    ],
    ...options,
  });
}

/** What a recipe reads from its environment. */
export function environment(hiworks) {
  return {
    HIWORKS_CLIENT_ID: hiworks.options.clientID,
    HIWORKS_CLIENT_SECRET: hiworks.options.clientSecret,
    HIWORKS_BASE_URL: hiworks.url,
    HIWORKS_OFFICE_NO: '123123',
    SESSION_SECRET: 'for tests only',
  };
}
