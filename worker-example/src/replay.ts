/**
 * POST /api/replay: recorded evidence in, the verdict out, without a network. `{ evidence, options? }`, or the evidence
 * file alone. The verdict is the engine's on what it was given; who recorded it is not proven by it.
 */

import { Check, MxsealError, stringify } from 'mxseal';
import type { Evidence, Options } from 'mxseal';
import { jsonOf } from './body.ts';
import { problem } from './problem.ts';
import type { Call } from './router.ts';

export async function replay({ request }: Call): Promise<Response> {
  const body = await jsonOf(request, EVIDENCE_OCTETS);
  const { evidence, options } = (body.format === undefined ? body : { evidence: body }) as { evidence?: Evidence; options?: Options };
  if (typeof evidence !== 'object' || evidence === null) return problem('ERR_INVALID_CONTENT', 'the body holds no evidence');
  try {
    const verdict = Check.replay(evidence, options);
    return new Response(stringify(verdict), { headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } });
  } catch (error) {
    if (error instanceof MxsealError) return problem('ERR_INVALID_CONTENT', error.message);
    throw error;
  }
}

/** The largest recording of a real domain has some 200 KiB; this is a dozen mail hosts with chains of keys and certificates. */
const EVIDENCE_OCTETS = 2 * 1024 * 1024;
