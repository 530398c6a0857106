/**
 * The door of the admin API: a bearer token (RFC 6750 §2.1) that equals the secret ADMIN_TOKEN.
 * Digests are compared, in constant time, so that neither content nor length shows in the time it takes.
 */

import { problem } from './problem.ts';
import { tooMany } from './rate-limit.ts';
import type { Answer } from './router.ts';

export function admin(answer: Answer): Answer {
  return async (call) => {
    const { ADMIN_TOKEN, CHECK_LIMIT } = call.env;
    if (ADMIN_TOKEN === undefined || ADMIN_TOKEN.length < TOKEN_LENGTH) {
      return problem('ERR_NOT_CONFIGURED', `the secret ADMIN_TOKEN is not set, or has less than ${TOKEN_LENGTH} characters`);
    }
    const [, token = ''] = /^bearer +([\w.~+/-]+=*)$/i.exec(call.request.headers.get('authorization') ?? '') ?? [];
    if (await same(token, ADMIN_TOKEN)) return answer(call);
    return (
      (await tooMany(call, CHECK_LIMIT)) ??
      problem('ERR_UNAUTHORIZED', 'this address wants the admin token as a bearer token', {
        headers: { 'www-authenticate': 'Bearer realm="mxseal"' },
      })
    );
  };
}

async function same(given: string, wanted: string): Promise<boolean> {
  const digest = (text: string) => crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const [a, b] = await Promise.all([digest(given), digest(wanted)]);
  return crypto.subtle.timingSafeEqual(a, b);
}

/** 128 bits in hexadecimal; less could be guessed. */
const TOKEN_LENGTH = 32;
