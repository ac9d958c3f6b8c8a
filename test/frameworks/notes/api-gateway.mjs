// Stands for AWS' API Gateway (HTTP API, payload format 2.0) in front of the handler of `lambda.mjs`.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { port, started } from './hiworks.mjs';
import { handler } from './stateless/lambda.mjs';

const tls = {
  key: readFileSync(process.env.TLS_KEY),
  cert: readFileSync(process.env.TLS_CERTIFICATE),
};

const server = createServer(tls, async (request, response) => {
  const { pathname, search, host } = new URL(request.url, `https://${request.headers.host}`);
  const { cookie, ...headers } = request.headers;
  const result = await handler(
    {
      version: '2.0',
      routeKey: '$default',
      rawPath: pathname,
      rawQueryString: search.slice(1),
      cookies: cookie?.split('; '),
      headers: { ...headers, 'x-forwarded-proto': 'https', 'x-forwarded-port': host.split(':')[1] },
      requestContext: {
        domainName: host,
        http: { method: request.method, path: pathname, sourceIp: '127.0.0.1', protocol: 'HTTP/1.1' },
        stage: '$default',
      },
      body: await text(request),
      isBase64Encoded: false,
    },
    {},
  );
  response.writeHead(result.statusCode, {
    ...result.headers,
    ...(result.cookies?.length && { 'set-cookie': result.cookies }),
  });
  response.end(Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8'));
}).listen(port, () => started(server, 'https'));
