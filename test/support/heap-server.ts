// A Hiworks in its own process, so that its memory is not measured. Every tenth response is unusable.
import { createServer } from 'node:http';
import { tokenBody } from './strategy.js';

const unusable = [
  '{"code":"ERR","msg":"만료된 코드입니다."}',
  '{"code":"SUC","data":null}',
  '<html>점검 중</html>',
  'x'.repeat(70_000),
  undefined,
];
let requests = 0;

const server = createServer((request, response) => {
  request.resume();
  requests += 1;
  if (requests % 10 !== 0) {
    response.end(
      request.method === 'GET' ? '{"no":"1234567","user_id":"hong","name":"홍길동"}' : tokenBody(),
    );
    return;
  }
  const body = unusable[(requests / 10) % unusable.length];
  if (body === undefined) {
    request.socket.destroy();
  } else {
    response.end(body);
  }
});
server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
process.on('disconnect', () => process.exit());
