export { GET } from '../route.js';
