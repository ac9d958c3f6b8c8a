import { describeLoginCSRF } from './login-csrf.js';

describeLoginCSRF('WebKit');
