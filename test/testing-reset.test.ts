import { Agent, request } from 'node:http';
import { expect } from 'chai';
import { createHiworksServer } from 'passport-hiworks/testing';

describe('passport-hiworks/testing: a reset', () => {
  it('is one for the application, however often its client repeats it on reused connections', async () => {
    const server = await createHiworksServer();
    const agent = new Agent({ keepAlive: true });
    const post = (form: string) =>
      new Promise<string>((resolve) => {
        const outgoing = request(
          `${server.url}/open/auth/accesstoken`,
          { method: 'POST', agent },
          (response) => {
            // Later than the agent, which takes the connection back at the same event.
            response.resume().on('end', () => setImmediate(resolve, `HTTP ${response.statusCode}`));
          },
        );
        outgoing
          .on('error', ({ code }: NodeJS.ErrnoException) => resolve(`${code}, ${outgoing.reusedSocket}`))
          .end(form);
      });
    expect(await post('warm=1')).to.equal('HTTP 200');
    server.fail('token', 'reset');
    expect(await post('auth_code=a')).to.equal('ECONNRESET, true');
    // What comes between is none of its business.
    expect(await post('warm=2')).to.equal('HTTP 200');
    expect(await post('auth_code=a')).to.equal('ECONNRESET, true');
    expect(await post('auth_code=a')).to.equal('ECONNRESET, false');
    expect(await post('auth_code=a')).to.equal('HTTP 200');
    agent.destroy();
    await server.close();
  });
});
