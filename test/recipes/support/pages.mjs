import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const docs = new URL('../../../docs/', import.meta.url);

/** The pages with recipes, in English; each has a Korean one beside it. */
export const PAGES = [
  'recipes.md',
  'menu-login.md',
  ...readdirSync(new URL('recipes/', docs))
    .filter((name) => name.endsWith('.md') && !name.endsWith('.ko.md'))
    .map((name) => `recipes/${name}`),
];

export function korean(page) {
  return page.replace(/\.md$/, '.ko.md');
}

/** The text of a page. */
export function readPage(page) {
  return readFileSync(new URL(page, docs), 'utf8');
}

/** Where a link on a page leads: a path on the disk. */
export function resolveLink(page, target) {
  return fileURLToPath(new URL(target.split('#')[0], new URL(page, docs)));
}

/** The names of the variables in a page's `.env`. */
export function documentedVariables(page) {
  const [, env] = /^```ini\n([\s\S]*?)^```$/m.exec(readPage(page));
  return [...env.matchAll(/^(\w+)=/gm)].map(([, name]) => name);
}
