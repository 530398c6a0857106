/**
 * The routes, and nothing else: a path and a method to the product that answers.
 * What is not under /api/ is the page, served as a static asset.
 */

import { checkDomain } from './check.ts';
import type { Env } from './env.ts';
import { finish } from './headers.ts';
import { proxyPolicy } from './policy-proxy.ts';
import { problem } from './problem.ts';

type Route = { pattern: URLPattern; methods: string[]; answer(parameter: string, env: Env): Promise<Response> };

const ROUTES: Route[] = [
  { pattern: new URLPattern({ pathname: '/api/check/:domain' }), methods: ['GET', 'HEAD'], answer: checkDomain },
  { pattern: new URLPattern({ pathname: '/api/policy/:domain' }), methods: ['GET', 'HEAD'], answer: proxyPolicy },
];

export default {
  async fetch(request, env) {
    return finish(request, await answer(request, env));
  },
} satisfies ExportedHandler<Env>;

async function answer(request: Request, env: Env): Promise<Response> {
  for (const route of ROUTES) {
    const match = route.pattern.exec(request.url);
    if (match === null) continue;
    if (!route.methods.includes(request.method)) {
      const allow = route.methods.join(', ');
      return problem('ERR_METHOD_NOT_ALLOWED', `this address answers ${allow}`, { headers: { allow } });
    }
    const parameter = decode(match.pathname.groups.domain ?? '');
    if (parameter === null) return problem('ERR_INVALID_DOMAIN', 'the domain is not valid percent-encoded UTF-8');
    return await route.answer(parameter, env);
  }
  return problem('ERR_NOT_FOUND', 'nothing is at this address');
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
