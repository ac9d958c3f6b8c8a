// Takes the network out: a request that is answered at once, with the bytes that the server would have sent.

import { EventEmitter } from 'node:events';
import http from 'node:http';
import { ANSWER } from './wire.mjs';

const BODY = Buffer.from(ANSWER.slice(ANSWER.indexOf('\r\n\r\n') + 4));

class Request extends EventEmitter {
  write() {}

  end() {
    process.nextTick(answer, this);
  }
}

function answer(request) {
  const response = new EventEmitter();
  response.statusCode = 200;
  response.headers = {};
  response.setEncoding = () => undefined;
  request.emit('response', response);
  response.emit('data', BODY);
  response.emit('end');
  response.emit('close');
  request.emit('close');
}

http.request = (_options, callback) => {
  const request = new Request();
  if (callback) {
    request.on('response', callback);
  }
  return request;
};
