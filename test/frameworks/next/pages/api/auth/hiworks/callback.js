export { login as default } from '../../../../lib/login.js';
