import { respond } from './routes.mjs';

const { addr } = Deno.serve({ port: Number(Deno.env.get('PORT')), onListen() {} }, respond);
console.log(`http://localhost:${addr.port}`);
