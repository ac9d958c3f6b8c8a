import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { AppController } from './app.controller.js';
import { HiworksLogin } from './hiworks.strategy.js';
import { SessionSerializer } from './session.serializer.js';

@Module({
  imports: [PassportModule],
  controllers: [AppController],
  providers: [HiworksLogin, SessionSerializer],
})
export class AppModule {}
