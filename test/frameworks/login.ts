import { expect } from 'chai';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import { type Application, start } from './application.js';
import type { Browser, Page } from './browser.js';

export const LOGIN = '/auth/hiworks';
export const OFFICE = '123123';
const OTHER_OFFICE = '456456';

/** 25 employees of the office, and one of another. */
export const EMPLOYEES = Array.from({ length: 25 }, (_, index) => ({
  userNo: String(1234567 + index),
  officeNo: OFFICE,
  userId: `user${index}`,
  name: `${index}번 길동`,
}));
export const STRANGER = { userNo: '7654321', officeNo: OTHER_OFFICE, userId: 'user0', name: '남의회사' };
export const [HONG, KIM] = EMPLOYEES as [Employee, Employee];

export type Employee = (typeof EMPLOYEES)[number];

/** A Hiworks with these users that returns `state`. */
export function startHiworks(): Promise<HiworksServer> {
  return createHiworksServer({ users: [...EMPLOYEES, STRANGER], echoState: true });
}

/** What an example needs to use a Hiworks for tests. */
export function environment(hiworks: HiworksServer): Record<string, string> {
  return {
    HIWORKS_CLIENT_ID: hiworks.options.clientID,
    HIWORKS_CLIENT_SECRET: hiworks.options.clientSecret,
    HIWORKS_BASE_URL: hiworks.url,
    HIWORKS_OFFICE_NO: OFFICE,
    SESSION_SECRET: 'a secret of the tests, of more than 32 characters',
  };
}

/** Starts an application, and registers its callback with a Hiworks. */
export async function startWith(
  hiworks: HiworksServer,
  workspace: string,
  command?: string,
  more: Record<string, string> = {},
): Promise<Application> {
  const app = await start(workspace, { ...environment(hiworks), ...more }, command);
  hiworks.register(`${app.url}${LOGIN}/callback`);
  return app;
}

/** Starts a login, signs in at Hiworks, and resolves with the callback that Hiworks then requests. */
export async function callbackOf(
  hiworks: HiworksServer,
  browser: Browser,
  { userNo }: { userNo: string } = HONG,
  address = LOGIN,
): Promise<string> {
  return hiworks.signIn(await browser.leave(address), userNo);
}

/** The same callback, from a Hiworks that returns no state. */
export function withoutState(callback: string): string {
  const url = new URL(callback);
  url.searchParams.delete('state');
  return url.href;
}

/** Signs in at Hiworks, and follows the callback to the page it ends on. */
export async function signIn(
  hiworks: HiworksServer,
  browser: Browser,
  user: { userNo: string } = HONG,
  address = LOGIN,
): Promise<Page> {
  return browser.read(await callbackOf(hiworks, browser, user, address));
}

/** Expects the home page to know this employee. */
export async function expectUser(browser: Browser, { name, userNo }: Employee = HONG): Promise<void> {
  const { text } = await browser.read('/');
  expect(text).to.include(`${name} 님, 안녕하세요. (사용자 번호 ${userNo})`);
}

/** Expects the home page to know no user. */
export async function expectNoUser(browser: Browser): Promise<void> {
  const { status, text } = await browser.read('/');
  expect(status).to.equal(200);
  expect(text).to.not.include('로그아웃');
}
