import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { portOf } from '../contestant.js';
import type { Contestant } from '../contestant.js';
import { nestModule } from './nest.js';

export const contestant: Contestant = {
  note: 'A controller for each resource, dependency injection; with Express’s weak ETag; no negotiation, no schemas here.',
  packages: ['@nestjs/core', '@nestjs/platform-express'],
  async serve(spec) {
    const app = await NestFactory.create<NestExpressApplication>(nestModule(spec), { logger: false });
    await app.listen(0, '127.0.0.1');
    return portOf(app.getHttpServer());
  },
};
