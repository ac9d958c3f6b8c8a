import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { PassportModule } from '@nestjs/passport';
import { AppController } from './app.controller';
import { HiworksController } from './hiworks.controller';
import { HiworksLogin } from './hiworks.strategy';
import { SessionSerializer } from './session.serializer';

@Module({
  imports: [ConfigModule.forRoot(), PassportModule],
  controllers: [AppController, HiworksController],
  providers: [HiworksLogin, SessionSerializer],
})
export class AppModule {}
