import { bootstrap } from './bootstrap.js';
import { SSOModule } from './sso.module.js';

void bootstrap(SSOModule);
