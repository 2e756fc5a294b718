import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { AnswerReader } from './answer-reader.js';
import type { Answer } from './answer-reader.js';

/** What is asked, over and over. */
export interface Load {
  readonly port: number;
  /** Whole requests, sent in turn. */
  readonly requests: readonly Buffer[];
  /** How many are in flight at a time, each on a connection of its own. */
  readonly connections: number;
  /** How long requests are sent, in milliseconds. */
  readonly duration: number;
  /** After how many answers no more are sent before that. */
  readonly most?: number;
  /** The status that every answer has. */
  readonly status: number;
}

export interface LoadResult {
  readonly answers: number;
  readonly seconds: number;
  /** What part of a core the load itself took. */
  readonly cpu: number;
}

/** Connections read into one buffer: what is in it has been looked at before the next one is read. */
const BUFFER = Buffer.allocUnsafe(256 * 1024);

/**
 * Keeps a server busy: as soon as an answer is there, the next request is sent. What is in flight at the end is
 * waited for, and counts.
 *
 * @throws {Error} where an answer has another status, or a connection ends
 */
export async function load({
  port,
  requests,
  connections,
  duration,
  most = Infinity,
  status,
}: Load): Promise<LoadResult> {
  const clients = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const before = process.cpuUsage();
  const start = performance.now();
  let answers = 0;
  let sent = 0;
  let over = false;
  const timer = setTimeout(() => (over = true), duration);

  const sendNext = (socket: Socket) => socket.write(requests[sent++ % requests.length] as Buffer);
  const drained = clients.map(
    (client) =>
      new Promise<void>((resolve, reject) => {
        client.onAnswer = (answer) => {
          if (answer.status !== status) {
            reject(new Error(`${status} expected, but the answer is: ${answer.head}`));
            return;
          }
          answers += 1;
          if (over || answers >= most) resolve();
          else sendNext(client.socket);
        };
        client.socket.once('error', reject);
        client.socket.once('close', () => reject(new Error('the server has closed a connection')));
        sendNext(client.socket);
      }),
  );
  try {
    await Promise.all(drained);
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(before);
    return { answers, seconds, cpu: (user + system) / 1e6 / seconds };
  } finally {
    clearTimeout(timer);
    for (const { socket } of clients) socket.destroy();
  }
}

interface Client {
  readonly socket: Socket;
  onAnswer: (answer: Answer) => void;
}

function open(port: number): Promise<Client> {
  return new Promise((resolve, reject) => {
    const reader = new AnswerReader();
    const socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: BUFFER,
        callback(length) {
          const answer = reader.read(BUFFER.subarray(0, length));
          if (answer !== undefined) client.onAnswer(answer);
          return true;
        },
      },
    });
    const client: Client = { socket, onAnswer: () => undefined };
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(client);
    });
  });
}
