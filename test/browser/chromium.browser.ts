import { describeLoginCSRF } from './login-csrf.js';
import { describeStaleCallback } from './stale-callback.js';

describeLoginCSRF('Chromium');
describeStaleCallback('Chromium');
