import type { FetchOutcome } from '../../../lib/check/client/fetch.js';
import { createClient } from '../../../lib/check/client/http-client.js';
import type { ClientRun } from './client-runs.js';

// Run by itself: fetches what its argument says, prints what became of it, and is to end then.
const { start, options, iris } = JSON.parse(process.argv[2] ?? '') as ClientRun;
const client = createClient(start, options);
const outcomes: FetchOutcome[] = [];
for (const iri of iris) outcomes.push(await client.follow({ method: 'GET', iri }));
client.close();
process.stdout.write(JSON.stringify(outcomes));
