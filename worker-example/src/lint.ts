/**
 * POST /api/lint: what one would publish, read as the engine reads it: any of `policy` (the file's text), `stsTxt`,
 * `tlsRptTxt` (a string is one record, an array several) and `tlsa` (an array of records in presentation form).
 * The answer has the same members, each with `value` and `findings`.
 */

import { parseStsPolicy, parseStsRecord, parseTlsa, parseTlsRptRecord, stringify } from 'mxseal';
import { jsonOf } from './body.ts';
import { problem } from './problem.ts';
import type { Call } from './router.ts';

export async function lint({ request }: Call): Promise<Response> {
  const body = await jsonOf(request, LINT_OCTETS);
  const result: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(body)) {
    const read = Object.hasOwn(READERS, name) ? READERS[name as keyof typeof READERS](given) : null;
    if (read === null) {
      return problem('ERR_INVALID_CONTENT', 'the body has `policy` (text), `stsTxt` or `tlsRptTxt` (text or a list of texts), `tlsa` (a list of texts), nothing else');
    }
    result[name] = read;
  }
  if (Object.keys(result).length === 0) return problem('ERR_INVALID_CONTENT', 'the body names nothing to read');
  return new Response(stringify(result as never), { headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } });
}

/** Each gives null for what is not of its type. */
const READERS = {
  policy: (given: unknown) => (typeof given === 'string' ? parseStsPolicy(given) : null),
  stsTxt: (given: unknown) => (isRecords(given) ? parseStsRecord(given) : null),
  tlsRptTxt: (given: unknown) => (isRecords(given) ? parseTlsRptRecord(given) : null),
  tlsa: (given: unknown) => (isTexts(given) ? given.map((record) => parseTlsa(record)) : null),
};

const isRecords = (given: unknown): given is string | string[] => typeof given === 'string' || isTexts(given);
const isTexts = (given: unknown): given is string[] =>
  Array.isArray(given) && given.length <= RECORDS && given.every((text) => typeof text === 'string');

/** A policy may have 64 KiB (RFC 8461 §3.2), and a little more is still read, so that the engine can say so. */
const LINT_OCTETS = 256 * 1024;
const RECORDS = 100;
