/**
 * The routes and the events, one line each, and nothing else: who answers what.
 * What is not listed here is the page, served as a static asset.
 */

import { admin } from './auth.ts';
import { checkDomain } from './check.ts';
import type { Env } from './env.ts';
import { finish } from './headers.ts';
import { proxyPolicy } from './policy-proxy.ts';
import { limited } from './rate-limit.ts';
import { dispatch, route } from './router.ts';
import { exportChanges, exportEvidence, exportRows } from './scan-export.ts';
import { buryScan, consumeScan } from './scan-queue.ts';
import type { ScanMessage } from './scan-queue.ts';
import { sweepScans } from './scan-schedule.ts';
import { cancelScan, showScan, startScan } from './scan.ts';

const ROUTES = [
  route('GET', '/api/check/:domain', limited('CHECK_LIMIT', checkDomain)),
  route('GET', '/api/policy/:domain', limited('CHECK_LIMIT', proxyPolicy)),
  route('POST', '/api/scan', admin(startScan)),
  route('GET', '/api/scan/:id', admin(showScan)),
  route('DELETE', '/api/scan/:id', admin(cancelScan)),
  route('GET', '/api/scan/:id/results', admin(exportRows)),
  route('GET', '/api/scan/:id/changes', admin(exportChanges)),
  route('GET', '/api/scan/:id/evidence/:domain', admin(exportEvidence)),
];

/** Who takes the messages of a queue. */
const QUEUES: Record<string, (batch: MessageBatch<ScanMessage>, env: Env) => Promise<void>> = {
  'mxseal-scan': consumeScan,
  'mxseal-scan-dead': buryScan,
};

/** What a clock starts, each with the time it was due; a failure of one is no other's. */
const JOBS: ((env: Env, at: Date) => Promise<void>)[] = [sweepScans];

export default {
  async fetch(request, env, context) {
    return finish(request, await dispatch(ROUTES, request, env, context));
  },
  async queue(batch, env) {
    await QUEUES[batch.queue]?.(batch, env);
  },
  async scheduled({ scheduledTime }, env) {
    await Promise.all(JOBS.map((job) => job(env, new Date(scheduledTime)).catch(console.error)));
  },
} satisfies ExportedHandler<Env, ScanMessage>;
