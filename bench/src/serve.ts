// The process that one contestant serves in: started with its name and what to serve, asked over IPC.
import type { Contestant } from './contestant.js';
import type { AppSpec } from './users.js';

/** What the process says of itself. */
export type FromServer =
  | ({ readonly kind: 'ready'; readonly port: number } & Omit<Contestant, 'serve'>)
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'usage'; readonly cpu: number; readonly resident: number; readonly peak: number };

/** What it is asked. */
export type ToServer = 'usage' | 'stop';

const [name = '', spec = '{}'] = process.argv.slice(2);

process.on('message', (message: ToServer) => {
  if (message === 'stop') process.exit();
  const { user, system } = process.cpuUsage();
  tell({
    kind: 'usage',
    cpu: (user + system) / 1e6,
    resident: process.memoryUsage.rss(),
    peak: process.resourceUsage().maxRSS * 1024,
  });
});
process.on('disconnect', () => process.exit());

try {
  const { contestant } = (await import(`./contestants/${name}.js`)) as { contestant: Contestant };
  const { serve, ...described } = contestant;
  tell({ kind: 'ready', port: await serve(JSON.parse(spec) as AppSpec), ...described });
} catch (error) {
  tell({ kind: 'failed', reason: (error as Error).message });
}

function tell(message: FromServer): void {
  process.send?.(message);
}
