import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import type { HiworksServer, HiworksServerOptions } from 'passport-hiworks/testing';
import { createHiworksServer } from 'passport-hiworks/testing';

/** The callback URL that is registered with the servers of {@link closingServers}. */
export const CALLBACK = 'http://localhost:3000/auth/hiworks/callback';

/** One of a server's default users. */
export const HONG = {
  userNo: '1234567',
  officeNo: '123123',
  userId: 'hong',
  name: '홍길동',
  employeeNo: '2022001',
};

/** Starts servers that are closed after each test of this `describe`. */
export function closingServers(
  defaults: HiworksServerOptions = { callbackURL: CALLBACK },
): (options?: HiworksServerOptions) => Promise<HiworksServer> {
  const servers: HiworksServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  return async (options = {}) => {
    const server = await createHiworksServer({ ...defaults, ...options });
    servers.push(server);
    return server;
  };
}

/** The URL that an application sends the browser to. */
export function authorization(server: HiworksServer, query: Record<string, string> = {}): string {
  const { clientID } = server.options;
  const params = new URLSearchParams({ client_id: clientID, access_type: 'online', ...query });
  return `${server.url}/open/auth/authform?${params}`;
}

/** The code in a callback URL. */
export function codeOf(location: string): string {
  return new URL(location).searchParams.get('auth_code') ?? '';
}

/** Signs Hong in, and resolves with the code. */
export async function codeFor(server: HiworksServer, access_type = 'online'): Promise<string> {
  return codeOf(await server.signIn(authorization(server, { access_type }), HONG.userNo));
}

/** The documented fields of a code's token request. */
export function exchangeFields(server: HiworksServer, auth_code: string): Record<string, string> {
  const { clientID: client_id, clientSecret: client_secret } = server.options;
  return { client_id, client_secret, grant_type: 'authorization_code', auth_code, access_type: 'online' };
}

/** Sends a token request, and resolves with the JSON of the response. */
export async function post(
  server: HiworksServer,
  body: RequestInit['body'],
  headers = {},
  // biome-ignore lint/suspicious/noExplicitAny: responses of any shape are looked into
): Promise<any> {
  const url = `${server.url}/open/auth/accesstoken`;
  const response = await fetch(url, { method: 'POST', body: body ?? null, headers });
  expect(response.status).to.equal(200);
  expect(response.headers.get('content-type')).to.match(/^application\/json/);
  return response.json();
}

/** The same with a urlencoded form. */
export function postForm(server: HiworksServer, fields: Record<string, string>) {
  return post(server, new URLSearchParams(fields));
}

/** Signs Hong in, and resolves with the `data` of the token response. */
export async function tokensFor(server: HiworksServer, access_type: string) {
  const code = await codeFor(server, access_type);
  return (await postForm(server, { ...exchangeFields(server, code), access_type })).data;
}

/** Requests `user/v2/me`. */
export function profile(server: HiworksServer, headers: Record<string, string>, method = 'GET') {
  return fetch(`${server.url}/user/v2/me`, { method, headers });
}

/** Sends any request, with headers that `fetch` sets itself (`Host`, `Sec-Fetch-…`) and no redirect followed. */
export function send(
  url: string,
  {
    method = 'GET',
    headers = {},
    form,
  }: { method?: string; headers?: Record<string, string>; form?: Record<string, string> } = {},
): Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: string }> {
  const type = form ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
  return new Promise((resolve, reject) => {
    request(url, { method, headers: { ...type, ...headers }, agent: new Agent() }, (response) => {
      const { statusCode: status, headers } = response;
      text(response).then((body) => resolve({ status, headers, body }), reject);
    })
      .on('error', reject)
      .end(form && new URLSearchParams(form).toString());
  });
}

/** The error that a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => undefined,
    (error: Error) => error,
  );
  expect(outcome).to.be.an.instanceOf(Error);
  return outcome as Error;
}
