import { describeLoginCSRF } from './login-csrf.js';
import { describeStaleCallback } from './stale-callback.js';

describeLoginCSRF('WebKit');
describeStaleCallback('WebKit');
