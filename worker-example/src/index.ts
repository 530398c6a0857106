/**
 * The routes and the events, one line each, and nothing else: who answers what.
 * What is not listed here is the page, served as a static asset.
 */

import { checkDomain } from './check.ts';
import type { Env } from './env.ts';
import { finish } from './headers.ts';
import { proxyPolicy } from './policy-proxy.ts';
import { limited } from './rate-limit.ts';
import { dispatch, route } from './router.ts';

const ROUTES = [
  route('GET', '/api/check/:domain', limited('CHECK_LIMIT', checkDomain)),
  route('GET', '/api/policy/:domain', limited('CHECK_LIMIT', proxyPolicy)),
];

/** What a clock starts, each with the time it was due; a failure of one is no other's. */
const JOBS: ((env: Env, at: Date) => Promise<void>)[] = [];

export default {
  async fetch(request, env, context) {
    return finish(request, await dispatch(ROUTES, request, env, context));
  },
  async scheduled({ scheduledTime }, env) {
    await Promise.all(JOBS.map((job) => job(env, new Date(scheduledTime)).catch(console.error)));
  },
} satisfies ExportedHandler<Env>;
