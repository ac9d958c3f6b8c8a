import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
import { configure } from './configure';

const REQUIRED = ['HIWORKS_CLIENT_ID', 'HIWORKS_CLIENT_SECRET', 'HIWORKS_OFFICE_NO', 'SESSION_SECRET'];

async function bootstrap(): Promise<void> {
  const { PORT, SESSION_SECRET } = process.env;
  const mistakes = REQUIRED.filter((name) => !process.env[name]).map((name) => `${name} is missing or empty`);
  if (SESSION_SECRET && SESSION_SECRET.length < 32) {
    mistakes.push('SESSION_SECRET is shorter than 32 characters');
  }
  if (mistakes.length > 0) {
    console.error(mistakes.map((mistake) => `${mistake} (see .env.example)`).join('\n'));
    process.exit(1);
  }
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
  configure(app);
  // Nest itself logs why it cannot listen.
  await app.listen(PORT || 3000).catch(() => process.exit(1));
  console.log(`http://localhost:${app.getHttpServer().address().port}`);
}

void bootstrap();
