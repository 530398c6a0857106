/** Evidence of scans in R2: what one message checked is one object, gzip of JSON lines, an evidence file each. */

import { stringify } from 'mxseal';
import type { Evidence } from 'mxseal';
import { EVIDENCE_OCTETS } from './scan-limits.ts';

/** The file of one domain, a line; null where it is too long to keep. */
export function evidenceFile(evidence: Evidence): string | null {
  const line = stringify(evidence);
  return line.length > EVIDENCE_OCTETS ? null : line;
}

/** Stores files as one object. */
export async function keepEvidence(bucket: R2Bucket, key: string, files: string[]): Promise<void> {
  if (files.length === 0) return;
  const gzip = new Blob(files.map((file) => `${file}\n`)).stream().pipeThrough(new CompressionStream('gzip'));
  // R2 wants to know the length before.
  await bucket.put(key, await new Response(gzip).arrayBuffer(), { httpMetadata: { contentType: 'application/jsonl', contentEncoding: 'gzip' } });
}

/** The evidence of some domains from an object, as parsed from its file; none where it is gone. */
export async function readEvidence(bucket: R2Bucket, key: string, domains: Set<string>): Promise<Map<string, Evidence>> {
  const found = new Map<string, Evidence>();
  const object = await bucket.get(key);
  if (object === null) return found;
  const text = await new Response(object.body.pipeThrough(new DecompressionStream('gzip'))).text();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const evidence = JSON.parse(line) as Evidence;
    if (domains.has(evidence.domain)) found.set(evidence.domain, evidence);
  }
  return found;
}
