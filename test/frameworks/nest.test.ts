import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { runToEnd } from './application.js';
import { named, root, versionOf } from './workspace.js';

// Jest requires ES modules, which Nest 12 is, from Node 24.9 on.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const workspaces = ['nestjs-11', ...(major > 24 || (major === 24 && minor >= 9) ? ['nestjs'] : [])];

// What `npm run test:e2e` runs, with the path of a workspace.
const TEST_E2E = JSON.parse(readFileSync(join(root, 'examples/nestjs/package.json'), 'utf8')).scripts[
  'test:e2e'
].replace('node_modules/', '../node_modules/');

for (const workspace of workspaces) {
  const title = named(workspace, '@nestjs/core', 'jest', 'ts-jest');
  it(`The e2e test of examples/nestjs passes under Jest (${title})`, async () => {
    const { code, errors } = await runToEnd(workspace, {}, TEST_E2E);
    expect(errors).to.match(/^Tests: +2 passed, 2 total$/m);
    expect(code).to.equal(0);
  });
}

it(`NestJS 11 is what the workspace for it has`, () => {
  expect(versionOf('nestjs-11', '@nestjs/core')).to.match(/^11\./);
});
