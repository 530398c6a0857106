/**
 * A StarttlsHost for Node: what a mail host does with a sender that wants TLS, one connection an address
 * (RFC 3207 §4, RFC 5321 §3, EHLO after TLS as RFC 8689 §2 needs it). It sends no mail and logs in nowhere.
 * Any certificate and old TLS versions are taken: it reports what it saw, the engine judges.
 *
 * Limits: the chain is read from the wire (`certificate-message.js`); should that ever fail, what Node links together
 * stands in for it, which may lack certificates or show the store's. After a failed handshake there is no chain, since
 * nobody proved to hold its key. TLS 1.0 at least, SSL 3 never.
 */
import { constants } from 'node:crypto';
import { isIP, connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { sentCertificates } from './certificate-message.js';
import { codeOf, oneLine } from './failure.js';
import { invalidArgument, list, record } from './mistake.js';
import { SmtpDialogue, SmtpError } from './smtp-dialogue.js';
import { WireTap } from './wire-tap.js';
import { milliseconds, unlessAborted, within } from './time-limit.js';

/** @typedef {import('../types.d.ts').Session} Session */
/** @typedef {import('../types.d.ts').StarttlsHost} StarttlsHost */
/** @typedef {import('../types.d.ts').StarttlsTarget} StarttlsTarget */
/** @typedef {NonNullable<Session['error']>['stage']} Stage */

/** For one address: greetings are held back for some seconds by careful hosts. */
const TIMEOUT_MS = 30_000;
const PARALLEL = 4;
const QUIT_MS = 2_000;

/** Everything that OpenSSL still speaks. Named TLS 1.3 suites, since Node drops 1.3 where a list names none. */
const LENIENT = {
  rejectUnauthorized: false,
  checkServerIdentity: () => undefined,
  minVersion: /** @type {const} */ ('TLSv1'),
  ciphers: 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:DEFAULT@SECLEVEL=0',
  secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
};

/**
 * @param {object} [o]
 * @param {string} [o.helo] the name for EHLO; by default the address the connection comes from, `[192.0.2.1]`
 * @param {number} [o.timeoutMs] for one address, 30,000 by default; a target's own goes first
 * @returns {StarttlsHost} one session an address, in the order of the addresses; rejects only when the caller aborts
 */
export function starttls(o = {}) {
  const { helo, timeoutMs } = record(o, 'options');
  if (helo !== undefined && !(typeof helo === 'string' && /^[\x21-\x7e]{1,255}$/.test(helo))) throw invalidArgument('`helo` is a name without spaces');
  const usual = milliseconds(timeoutMs, TIMEOUT_MS);

  return async (target, { signal } = {}) => {
    list(record(target, 'target').addresses, 'target.addresses');
    const limitMs = milliseconds(target.timeoutMs, usual);
    /** @type {Session[]} */
    const sessions = [];
    const waiting = [...target.addresses.entries()];
    const worker = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [at, address] = next;
        sessions[at] = await observe(address, target, helo, limitMs, signal);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    return sessions;
  };
}

/**
 * @param {string} address
 * @param {StarttlsTarget} target
 * @param {string | undefined} helo
 * @param {number} limitMs
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<Session>}
 */
async function observe(address, target, helo, limitMs, signal) {
  /** @type {Session} */
  const session = { starttls: false, chain: [], tlsVersion: null, requireTls: null, helo: null };
  Object.assign(session, { sendingIp: null, receivingIp: address, error: null });
  /** @type {{ stage: Stage }} */
  const at = { stage: 'connect' };
  try {
    await within(limitMs, signal, (inner) => converse(session, at, address, target, helo, inner));
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const code = error instanceof SmtpError ? error.code : codeOf(error);
    const late = /** @type {any} */ (error)?.cause?.code === 'timeout';
    session.error = { stage: at.stage, code: late ? 'ETIMEDOUT' : (code ?? 'unknown'), message: oneLine(error) };
  }
  return { ...session }; // what ends too late no longer changes it
}

/**
 * The whole connection; `session` is filled in as it goes, `at` says how far it came.
 * @param {Session} session
 * @param {{ stage: Stage }} at
 * @param {string} address
 * @param {StarttlsTarget} target
 * @param {string | undefined} helo
 * @param {AbortSignal} signal
 */
async function converse(session, at, address, target, helo, signal) {
  if (isIP(address) === 0) throw new SmtpError('EINVAL', `\`${address}\` is no IP address`);
  const socket = connect({ host: address, port: target.port, noDelay: true });
  socket.on('error', () => {});
  try {
    await ready(socket, 'connect', signal);
    session.sendingIp = socket.localAddress ?? null;
    const name = helo ?? (isIP(session.sendingIp ?? '') === 6 ? `[IPv6:${session.sendingIp}]` : `[${session.sendingIp}]`);

    at.stage = 'smtp';
    const plain = new SmtpDialogue(socket, signal);
    const banner = await plain.reply();
    expect(banner, 220, 'the greeting');
    session.helo = firstWord(banner);
    const { reply, keywords } = await plain.ehlo(name);
    if (reply.code >= 500) return await quit(plain); // no EHLO, no extensions (RFC 5321 §3.2)
    expect(reply, 250, 'EHLO');
    session.helo = firstWord(reply) ?? session.helo;
    session.starttls = keywords.includes('STARTTLS');
    if (!session.starttls) return await quit(plain);

    at.stage = 'starttls';
    expect(await plain.command('STARTTLS'), 220, 'STARTTLS');
    // What came in the clear behind the 220 must never count as said under TLS (RFC 3207 §4.2, §6).
    if (plain.surplus) throw new SmtpError('plaintext-after-starttls', 'the server sent more behind its reply to STARTTLS');
    plain.close();

    at.stage = 'handshake';
    const secure = await handshake(session, socket, target.serverName, signal);
    at.stage = 'smtp';
    const dialogue = new SmtpDialogue(secure, signal);
    const again = await dialogue.ehlo(name); // all that was said before is forgotten (RFC 3207 §4.2)
    expect(again.reply, 250, 'EHLO after TLS');
    session.helo = firstWord(again.reply) ?? session.helo;
    session.requireTls = again.keywords.includes('REQUIRETLS');
    await quit(dialogue);
  } finally {
    socket.destroy();
  }
}

/**
 * @param {Session} session
 * @param {import('node:net').Socket} socket
 * @param {string} serverName
 * @param {AbortSignal} signal
 * @returns {Promise<import('node:tls').TLSSocket>}
 */
async function handshake(session, socket, serverName, signal) {
  const tap = new WireTap(socket);
  const name = serverName.replace(/\.$/, '');
  const secure = connectTls({ ...LENIENT, socket: tap, ...(isIP(name) === 0 && { servername: name }) });
  let keyLog = '';
  secure.on('keylog', (line) => (keyLog += line.toString('latin1')));
  secure.on('error', () => {});
  socket.once('close', () => secure.destroy());
  await ready(secure, 'secureConnect', signal);
  session.tlsVersion = secure.getProtocol();
  const leaf = secure.getPeerX509Certificate()?.raw;
  const sent = sentCertificates(tap.stop(), keyLog);
  const faithful = leaf !== undefined && sent?.[0] !== undefined && leaf.equals(sent[0]);
  session.chain = faithful ? sent : linkedCertificates(secure);
  return secure;
}

/**
 * What Node links together. It ends where an issuer is its own, was seen, or is missing.
 * @param {import('node:tls').TLSSocket} secure
 * @returns {Uint8Array[]}
 */
function linkedCertificates(secure) {
  /** @type {Map<string, Uint8Array>} */
  const chain = new Map();
  let certificate = secure.getPeerCertificate(true);
  while (certificate?.raw && !chain.has(certificate.fingerprint512)) {
    chain.set(certificate.fingerprint512, new Uint8Array(certificate.raw));
    certificate = certificate.issuerCertificate;
  }
  return [...chain.values()];
}

/**
 * @param {import('node:net').Socket} socket
 * @param {'connect' | 'secureConnect'} event
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function ready(socket, event, signal) {
  const opened = new Promise((resolve, reject) => {
    socket.once(event, () => resolve(undefined));
    socket.once('error', reject);
    socket.once('close', () => reject(new SmtpError('closed', 'the server closed the connection')));
  });
  return unlessAborted(signal, opened).then(() => {});
}

/**
 * @param {import('./smtp-dialogue.js').Reply} reply
 * @param {number} code
 * @param {string} to
 */
function expect(reply, code, to) {
  if (reply.code === code) return;
  throw new SmtpError(String(reply.code), `${to}: ${reply.code} ${reply.lines.join(' ').slice(0, 200)}`.trim());
}

/**
 * The name in a greeting or an EHLO reply (RFC 5321 §4.2, §4.1.1.1).
 * @param {import('./smtp-dialogue.js').Reply} reply
 * @returns {string | null}
 */
function firstWord({ lines }) {
  return lines[0]?.trim().split(/\s+/)[0] || null;
}

/**
 * Says goodbye and waits shortly for the answer (RFC 5321 §4.1.1.10); nothing hangs on it.
 * @param {SmtpDialogue} dialogue
 */
async function quit(dialogue) {
  await within(QUIT_MS, undefined, () => dialogue.command('QUIT')).catch(() => {});
  dialogue.close();
}
