/**
 * The routes and the events, one line each, and nothing else: who answers what.
 * What is not listed here is the page, served as a static asset.
 */

import { admin } from './auth.ts';
import { checkDomain } from './check.ts';
import type { Env } from './env.ts';
import { finish } from './headers.ts';
import { lint } from './lint.ts';
import { describe } from './openapi.ts';
import { deletePolicy, getHistory, getPolicy, listPolicies, promotePolicy, putPolicy } from './policy-admin.ts';
import { isPolicyHost, servePolicy } from './policy-host.ts';
import { proxyPolicy } from './policy-proxy.ts';
import { keepPolicies } from './policy-schedule.ts';
import { limited } from './rate-limit.ts';
import { replay } from './replay.ts';
import { dispatch, route } from './router.ts';
import { exportChanges, exportEvidence, exportRows } from './scan-export.ts';
import { buryScan, consumeScan } from './scan-queue.ts';
import type { ScanMessage } from './scan-queue.ts';
import { sweepScans } from './scan-schedule.ts';
import { cancelScan, showScan, startScan } from './scan.ts';
import { receiveMail } from './tlsrpt-mail.ts';
import { receiveReport } from './tlsrpt.ts';

const ROUTES = [
  route('GET', '/api/check/:domain', limited('CHECK_LIMIT', checkDomain)),
  route('GET', '/api/policy/:domain', limited('CHECK_LIMIT', proxyPolicy)),
  route('POST', '/api/replay', limited('CHECK_LIMIT', replay)),
  route('POST', '/api/lint', limited('CHECK_LIMIT', lint)),
  route('GET', '/api/openapi.json', describe),
  route('GET', '/api/policies', admin(listPolicies)),
  route('GET', '/api/policies/:domain', admin(getPolicy)),
  route('PUT', '/api/policies/:domain', admin(putPolicy)),
  route('DELETE', '/api/policies/:domain', admin(deletePolicy)),
  route('GET', '/api/policies/:domain/history', admin(getHistory)),
  route('POST', '/api/policies/:domain/promote', admin(promotePolicy)),
  route('POST', '/tlsrpt', limited('REPORT_LIMIT', receiveReport)),
  route('POST', '/api/scan', admin(startScan)),
  route('GET', '/api/scan/:id', admin(showScan)),
  route('DELETE', '/api/scan/:id', admin(cancelScan)),
  route('GET', '/api/scan/:id/results', admin(exportRows)),
  route('GET', '/api/scan/:id/changes', admin(exportChanges)),
  route('GET', '/api/scan/:id/evidence/:domain', admin(exportEvidence)),
];

/** At the name mta-sts.<domain>, and nothing else there. */
const HOSTED = [route('GET', '/.well-known/mta-sts.txt', servePolicy)];

/** Who takes the messages of a queue. */
const QUEUES: Record<string, (batch: MessageBatch<ScanMessage>, env: Env) => Promise<void>> = {
  'mxseal-scan': consumeScan,
  'mxseal-scan-dead': buryScan,
};

/** What a clock starts, each with the time it was due; a failure of one is no other's. */
const JOBS: ((env: Env, at: Date) => Promise<void>)[] = [keepPolicies, sweepScans];

export default {
  async fetch(request, env, context) {
    const routes = isPolicyHost(new URL(request.url).hostname) ? HOSTED : ROUTES;
    return finish(request, await dispatch(routes, request, env, context));
  },
  async email(message, env) {
    await receiveMail(message, env);
  },
  async queue(batch, env) {
    await QUEUES[batch.queue]?.(batch, env);
  },
  async scheduled({ scheduledTime }, env) {
    await Promise.all(JOBS.map((job) => job(env, new Date(scheduledTime)).catch(console.error)));
  },
} satisfies ExportedHandler<Env, ScanMessage>;
