/**
 * How a host says that it got no answer: an Error whose `cause.code` is a word of `FailureCause`, and the
 * reading of such errors, of Node's codes and of the platform's, back into an answer.
 * It does not say what a failure means for mail.
 */

/** @typedef {import('../types.d.ts').FailureCause} FailureCause */
/** @typedef {import('../types.d.ts').Answer} Answer */

const CAUSES = ['timeout', 'connect', 'dns', 'tls', 'opaque'];

/** Codes of Node, OpenSSL and undici, in the order they are tried. */
const CODES = /** @type {[RegExp, FailureCause][]} */ ([
  [/^(ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_\w*TIMEOUT)$/, 'timeout'],
  [/^(CERT_|CRL_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_|ERROR_IN_C)/, 'tls'],
  [/^(EPROTO|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|UNSPECIFIED)$/, 'tls'],
  [/^(ENOTFOUND|ENODATA|ESERVFAIL|EREFUSED|EAI_\w+)$/, 'dns'],
  [/^(ECONN|EHOST|ENET|EPIPE|EADDR|EACCES|EPERM|EMSGSIZE|UND_ERR_|HPE_|ERR_HTTP2_|ERR_STREAM_)/, 'connect'],
]);

/**
 * An error that says `code` in its cause.
 * @param {FailureCause | 'unsupported'} code
 * @param {string} message lower case, one line
 * @param {unknown} [origin] the error behind it
 * @returns {Error}
 */
export function failure(code, message, origin) {
  return new Error(message, { cause: { code, detail: codeOf(origin), origin } });
}

/**
 * What stopped a host, as well as its error tells.
 * @param {unknown} error
 * @param {FailureCause} [otherwise] where nothing in it is known; a platform that hides its reasons is `opaque`
 * @returns {FailureCause}
 */
export function causeOf(error, otherwise = 'opaque') {
  for (const link of links(error)) {
    if (member(link, 'name') === 'TimeoutError') return 'timeout';
    const code = codeOf(link);
    if (code === null) continue;
    if (CAUSES.includes(code)) return /** @type {FailureCause} */ (code);
    const known = CODES.find(([pattern]) => pattern.test(code));
    if (known) return known[1];
  }
  return otherwise;
}

/**
 * The answer that stands for a host's error.
 * @param {unknown} error
 * @returns {Extract<Answer, { kind: 'failed' | 'unsupported' }>}
 */
export function failedAnswer(error) {
  if (links(error).some((link) => codeOf(link) === 'unsupported')) return { kind: 'unsupported' };
  return { kind: 'failed', cause: causeOf(error), message: oneLine(error) };
}

/**
 * The error in words, its innermost reason included: one line, bounded, no control characters.
 * @param {unknown} error
 * @returns {string}
 */
export function oneLine(error) {
  const words = links(error).map((link) => member(link, 'message'));
  const said = words.filter((word) => typeof word === 'string' && word !== '');
  const [first, last] = [String(said[0] ?? wordsOf(error)), String(said.at(-1) ?? '')];
  const text = last === '' || first.includes(last) ? first : `${first}: ${last}`;
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim().slice(0, 300);
}

/**
 * The error and the causes under it, outermost first. Bounded, as a cause may point to itself.
 * @param {unknown} error
 * @returns {object[]}
 */
function links(error) {
  const found = [];
  let link = error;
  while (found.length < 8 && typeof link === 'object' && link !== null) {
    found.push(link);
    link = member(link, 'cause') ?? member(link, 'origin') ?? member(member(link, 'errors'), '0');
  }
  return found;
}

/**
 * @param {unknown} error
 * @returns {string | null}
 */
export function codeOf(error) {
  const code = member(error, 'code');
  return typeof code === 'string' ? code : null;
}

/**
 * Anything can be thrown, getters that throw themselves included.
 * @param {unknown} value
 * @param {string} name
 * @returns {unknown}
 */
function member(value, name) {
  try {
    return /** @type {any} */ (value)?.[name];
  } catch {
    return undefined;
  }
}

/** @param {unknown} error */
function wordsOf(error) {
  try {
    return String(error);
  } catch {
    return 'an error that says nothing';
  }
}
