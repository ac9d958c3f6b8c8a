import http from 'node:http';
import https from 'node:https';
import { stringify } from 'node:querystring';
import { fields, URLS } from '../wire.mjs';

/** The exchange as a good engineer writes it for one project, with a keep-alive agent and nothing to spare. */
export function createLogin(url) {
  const { Agent, request } = url.startsWith('https:') ? https : http;
  const { hostname, port } = new URL(url);
  const endpoint = {
    hostname,
    port,
    path: URLS.token,
    method: 'POST',
    agent: new Agent({ keepAlive: true }),
  };
  return (code) =>
    new Promise((resolve, reject) => {
      const body = stringify(fields(code));
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': Buffer.byteLength(body),
      };
      const sent = request({ ...endpoint, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => {
          try {
            resolve(readTokens(text).userNo);
          } catch (error) {
            reject(error);
          }
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
}

function readTokens(text) {
  const { code, msg, data } = JSON.parse(text);
  if (code !== 'SUC') {
    throw new Error(msg);
  }
  return {
    accessToken: data.access_token,
    refreshToken: data.refresh_token,
    officeNo: data.office_no,
    userNo: data.user_no,
  };
}
