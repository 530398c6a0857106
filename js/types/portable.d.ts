/** What `mxseal/hosts` exports on every platform. */
import type { Answer, DnsHost, Evidence, FailureCause, FetchHost, PolicyAnswer, PolicyStore, StarttlsHost } from '../types.js';

/** RFC 8484; `urls` in the order they are tried. Throws `ERR_INVALID_ARGUMENT` for what is no https URL. */
export function doh(o: {
  urls: string | string[];
  fetch?: FetchHost | typeof fetch;
  timeoutMs?: number;
  /** Queries under way at once, 16 by default. Not in Workers: there the platform bounds what a request has open, and one host may serve all requests. */
  parallel?: number;
  retries?: number;
}): DnsHost;
/** One GET of a policy file; a failure is an answer. */
export function policyAnswer(
  fetchHost: FetchHost | typeof fetch,
  need: { url: string; addresses?: string[] },
  o?: { signal?: AbortSignal; timeoutMs?: number; ca?: Uint8Array[] },
): Promise<PolicyAnswer>;
/** Hosts that answer from a recorded check. */
export function replay(evidence: Pick<Evidence, 'answers'>): { dns: DnsHost; fetch: FetchHost; starttls: StarttlsHost };
/** What stopped a host, as well as its error tells. */
export function causeOf(error: unknown, otherwise?: FailureCause): FailureCause;
/** The answer that stands for a host's error. */
export function failedAnswer(error: unknown): Extract<Answer, { kind: 'failed' | 'unsupported' }>;
export function memoryStore(): PolicyStore;
