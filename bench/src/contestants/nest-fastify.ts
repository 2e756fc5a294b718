import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { portOf } from '../contestant.js';
import type { Contestant } from '../contestant.js';
import { nestModule } from './nest.js';

export const contestant: Contestant = {
  note: 'A controller for each resource, dependency injection; JSON.stringify instead of Fastify’s serializer; no ETag, no schemas here.',
  packages: ['@nestjs/core', '@nestjs/platform-fastify'],
  async serve(spec) {
    const adapter = new FastifyAdapter({ routerOptions: { ignoreTrailingSlash: true } });
    const app = await NestFactory.create<NestFastifyApplication>(nestModule(spec), adapter, {
      logger: false,
    });
    await app.listen(0, '127.0.0.1');
    return portOf(app.getHttpServer());
  },
};
