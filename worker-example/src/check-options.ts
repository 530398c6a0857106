/** What a client may say about a check in the query of its address: the engine's options that are about the sender. */

import type { Options } from 'mxseal';
import { options } from './env.ts';
import type { Env } from './env.ts';
import { problem } from './problem.ts';

/** Anchors, addresses and resolvers are the deployment's to say, and are not here. */
export const CHOICES = {
  precedence: ['both', 'dane', 'all'],
  insecureMx: ['skip', 'dane'],
  stsUnknown: ['deliver', 'defer'],
  require: ['none', 'tls', 'authenticated', 'dane'],
  lenientContentType: ['false', 'true'],
  requireTls: ['false', 'true'],
} as const;

/** The first choice of each is the engine's default and is left out, so that equal questions meet in the cache. Throws the refusal. */
export function checkOptions(query: URLSearchParams, env: Env): Options {
  const chosen: Record<string, unknown> = {};
  for (const [name, value] of query) {
    const choices: readonly string[] = Object.hasOwn(CHOICES, name) ? CHOICES[name as keyof typeof CHOICES] : [];
    if (choices.length === 0) throw problem('ERR_INVALID_ARGUMENT', `the query may have ${Object.keys(CHOICES).join(', ')}, nothing else`);
    if (!choices.includes(value) || query.getAll(name).length > 1) {
      throw problem('ERR_INVALID_ARGUMENT', `\`${name}\` is one of ${choices.join(', ')}, once`);
    }
    if (value === choices[0]) continue;
    if (name === 'requireTls') chosen.message = { requireTls: true };
    else chosen[name] = value === 'true' ? true : value;
  }
  return { ...options(env), ...chosen };
}
