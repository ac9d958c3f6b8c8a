import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository. */
export const root = resolve(__dirname, '..', '..');

/** Every page of the documentation, as a path in the repository. */
export const pages = ['.', 'docs', 'docs/recipes', 'examples', 'bench'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

export interface Block {
  language: string;
  code: string;
}

export function text(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** The name of a page's Korean translation. */
export function korean(page: string): string {
  return page.replace(/\.md$/, '.ko.md');
}

/** The code blocks of a page. */
export function blocks(page: string, language?: string): Block[] {
  return [...text(page).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .map(([, kind, code]) => ({ language: kind as string, code: code as string }))
    .filter((block) => !language || block.language === language);
}

/** The only code block of a page that contains `part`. */
export function block(page: string, part: string): string {
  const found = blocks(page).filter(({ code }) => code.includes(part));
  if (found.length !== 1) {
    throw new Error(`${found.length} blocks of ${page} contain ${part}`);
  }
  return (found[0] as Block).code;
}

/** Code without its comments, which are in the reader's language. */
export function withoutComments(code: string): string {
  return code.replace(/[ \t]*(?<!:)\/\/ .*$/gm, '').replace(/^[ \t]*\n/gm, '');
}
