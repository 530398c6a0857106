/**
 * Hosts that answer from recorded evidence: no network, no clock, the same bytes each time.
 * A need that was never recorded is refused in words; it is never answered with a guess.
 */
import { failure } from './failure.js';
import { invalidArgument, record } from './mistake.js';
import { NULL_BODY } from './http.js';

/** @typedef {import('../types.d.ts').Answer} Answer */
/** @typedef {import('../types.d.ts').Evidence} Evidence */
/** @typedef {import('../types.d.ts').Session} Session */
/** @typedef {import('../types.d.ts').StarttlsTarget} StarttlsTarget */
/** @typedef {import('../types.d.ts').DnsHost} DnsHost */
/** @typedef {import('../types.d.ts').FetchHost} FetchHost */
/** @typedef {import('../types.d.ts').StarttlsHost} StarttlsHost */
/**
 * @template {Answer['kind']} K
 * @typedef {Extract<Answer, { kind: K }>} AnswerOf
 */

/**
 * The three hosts of a recorded check. Evidence may be as `Check` holds it (bytes) or as parsed from a file (base64).
 * A recorded `failed` is thrown with its `cause.code`; a recorded `unsupported` is thrown with `cause.code`
 * `unsupported`, except by `starttls`, which has an answer for it.
 * @param {Pick<Evidence, 'answers'>} evidence
 * @returns {{ dns: DnsHost, fetch: FetchHost, starttls: StarttlsHost }}
 * @throws {MxsealError} `ERR_INVALID_ARGUMENT` for what is no evidence
 */
export function replay(evidence) {
  if (typeof evidence === 'string') throw invalidArgument('the evidence is a string: give what JSON.parse makes of it');
  if (!Array.isArray(evidence?.answers)) throw invalidArgument('the evidence has no `answers`');
  /** @type {Map<string, Answer>} */
  const recorded = new Map();
  evidence.answers.forEach((one, at) => {
    try {
      const key = keyOf(one.need);
      if (!recorded.has(key)) recorded.set(key, record(one.answer, 'answer'));
    } catch {
      throw invalidArgument(`the evidence's \`answers[${at}]\` is no need with its answer`);
    }
  });

  return {
    async dns(query, { signal } = {}) {
      const key = keyOf({ kind: 'dns', query });
      return bytes(find(recorded, key, 'dns', 'this DNS query', signal).message);
    },
    async fetch(url, { signal } = {}) {
      const answer = find(recorded, keyOf({ kind: 'policy', url }), 'policy', `a policy at \`${url}\``, signal);
      return responseOf(answer);
    },
    async starttls(target, { signal } = {}) {
      const key = keyOf({ kind: 'starttls', target });
      if (recorded.get(key)?.kind === 'unsupported') return 'unsupported';
      const what = `a session with \`${target.host}\` port ${target.port} at ${target.addresses.join(', ')}`;
      return find(recorded, key, 'starttls', what, signal).sessions.map(sessionOf);
    },
  };
}

/**
 * @template {Answer['kind']} K
 * @param {Map<string, Answer>} recorded
 * @param {string} key
 * @param {K} kind
 * @param {string} what
 * @param {AbortSignal | null | undefined} signal
 * @returns {AnswerOf<K>}
 */
function find(recorded, key, kind, what, signal) {
  signal?.throwIfAborted();
  const answer = recorded.get(key);
  if (answer === undefined) throw failure('opaque', `the evidence holds no answer for ${what}`);
  if (answer.kind === 'failed') throw failure(answer.cause, answer.message);
  if (answer.kind === 'unsupported') throw failure('unsupported', `${what} was not supported when recorded`);
  if (answer.kind !== kind) throw failure('opaque', `the evidence answers ${what} with \`${answer.kind}\``);
  return /** @type {AnswerOf<K>} */ (answer);
}

/**
 * What makes two needs the same: a query's octets, a policy's URL, a target's host, port and addresses in any order.
 * @param {{ kind: 'dns', query: Uint8Array | string } | { kind: 'policy', url: string } | { kind: 'starttls', target: StarttlsTarget }} need
 * @returns {string}
 */
function keyOf(need) {
  if (need.kind === 'dns') return `dns ${Array.from(bytes(need.query)).join(' ')}`;
  if (need.kind === 'policy') return `policy ${need.url}`;
  const { host, port, addresses } = need.target;
  return `starttls ${host.toLowerCase()} ${port} ${[...addresses].sort().join(' ')}`;
}

/**
 * A Response as the recorded one was, a redirect that the platform hid included.
 * @param {AnswerOf<'policy'>} answer
 * @returns {Response}
 */
function responseOf({ httpStatus, contentType, body, redirected }) {
  const headers = contentType === null ? [] : [/** @type {[string, string]} */ (['content-type', contentType])];
  const content = NULL_BODY.includes(httpStatus) ? null : /** @type {BodyInit} */ (bytes(body));
  const response = new Response(content, { headers });
  // The constructor refuses a status of 0 and others that a recording may hold.
  Object.defineProperty(response, 'status', { value: httpStatus });
  Object.defineProperty(response, 'ok', { value: httpStatus >= 200 && httpStatus < 300 });
  Object.defineProperty(response, 'redirected', { value: redirected });
  if (redirected && httpStatus === 0) Object.defineProperty(response, 'type', { value: 'opaqueredirect' });
  return response;
}

/**
 * @param {Session} session
 * @returns {Session} the caller's own copy
 */
function sessionOf(session) {
  return { ...session, chain: session.chain.map(bytes) };
}

/**
 * @param {Uint8Array | string} value octets, or base64 of them
 * @returns {Uint8Array} a copy
 */
function bytes(value) {
  return typeof value === 'string' ? Uint8Array.from(atob(value), (c) => c.charCodeAt(0)) : Uint8Array.from(value);
}
