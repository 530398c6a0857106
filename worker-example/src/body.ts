/** The body of a request, of a bounded length: what is longer is refused where the bound is passed, not read and then refused. */

import { problem } from './problem.ts';

/** The octets. Throws the refusal, which the router hands to the client. */
export async function bodyOf(request: Request, most: number): Promise<Uint8Array> {
  const body = await bounded(request.body, most);
  if (body === null) throw problem('ERR_TOO_LARGE', `the body has more than ${most} octets`);
  return body;
}

/** All octets of a stream, or null where there are more. */
export async function bounded(stream: ReadableStream<Uint8Array> | null, most: number): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream ?? []) {
    length += part.length;
    if (length > most) return null;
    parts.push(part);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The body as a JSON object (RFC 8259 §8.1: UTF-8). Throws the refusal. */
export async function jsonOf(request: Request, most: number): Promise<Record<string, unknown>> {
  if (mediaType(request) !== 'application/json') throw problem('ERR_MEDIA_TYPE', 'the body is to be application/json');
  const octets = await bodyOf(request, most);
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below, in our own words.
  }
  throw problem('ERR_INVALID_CONTENT', 'the body is no JSON object');
}

/** Without its parameters, in lower case. */
export function mediaType(request: Request): string {
  return (request.headers.get('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
}
