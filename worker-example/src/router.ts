/**
 * From a request to the product that answers it: path, then method (RFC 9110 §15.5.6), then what the product says.
 * It knows no product; the table of routes is in index.ts.
 */

import type { Env } from './env.ts';
import { problem } from './problem.ts';

/** A request on its way to a product. `parameters` are those of the path, percent-decoded. */
export type Call = {
  request: Request;
  env: Env;
  context: ExecutionContext;
  url: URL;
  parameters: Record<string, string>;
};
export type Answer = (call: Call) => Promise<Response>;
export type Route = { methods: string[]; pattern: URLPattern; answer: Answer };

/** What answers GET answers HEAD too, and finish() leaves its body out (RFC 9110 §9.3.2). */
export function route(method: 'GET' | 'POST' | 'PUT' | 'DELETE', pathname: string, answer: Answer): Route {
  return { methods: method === 'GET' ? ['GET', 'HEAD'] : [method], pattern: new URLPattern({ pathname }), answer };
}

export async function dispatch(routes: Route[], request: Request, env: Env, context: ExecutionContext): Promise<Response> {
  const url = new URL(request.url);
  const allowed: string[] = [];
  for (const { methods, pattern, answer } of routes) {
    const match = pattern.exec({ pathname: url.pathname });
    if (match === null) continue;
    if (!methods.includes(request.method)) {
      allowed.push(...methods);
      continue;
    }
    const parameters = decoded(match.pathname.groups);
    if (parameters === null) return problem('ERR_INVALID_DOMAIN', 'the domain is not valid percent-encoded UTF-8');
    try {
      return await answer({ request, env, context, url, parameters });
    } catch (error) {
      // What a client may know is an answer; all else is for the log.
      if (error instanceof Response) return error;
      console.error(error);
      return problem('ERR_INTERNAL', 'the request failed for a reason of our own');
    }
  }
  if (allowed.length === 0) return problem('ERR_NOT_FOUND', 'nothing is at this address');
  const allow = allowed.join(', ');
  return problem('ERR_METHOD_NOT_ALLOWED', `this address answers ${allow}`, { headers: { allow } });
}

function decoded(groups: Record<string, string | undefined>): Record<string, string> | null {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value ?? '')]));
  } catch {
    return null;
  }
}
