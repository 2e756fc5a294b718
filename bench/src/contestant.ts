import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AppSpec } from './users.js';

/** A framework that serves what the others serve, or the nearest thing that it can. */
export interface Contestant {
  /** What it does less or more than a hypermedia API, in a few words. */
  readonly note: string;
  /** The packages that it is made of, whose versions are shown. */
  readonly packages: readonly string[];
  /** The media type that it has to be asked for. Default `application/json`. */
  readonly accept?: string;
  /** Serves on a free port of 127.0.0.1. @returns the port */
  readonly serve: (spec: AppSpec) => Promise<number>;
}

/** Why a contestant cannot take part. */
export class CannotTakePart extends Error {}

/** Where a server listens, once it does. */
export async function portOf(server: Server): Promise<number> {
  if (!server.listening) await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
