/**
 * The certificates of a TLS handshake exactly as the server sent them: read from the octets of the connection.
 * Node shows no such list: `getPeerCertificate(true)` links what it can, so that unrelated and repeated certificates
 * are lost, the order changes, and roots that were never sent appear.
 *
 * Up to TLS 1.2 the Certificate message is in the clear (RFC 5246 §7.4.2). In TLS 1.3 it is the first thing under the
 * server's handshake key (RFC 8446 §4.4.2, §5.2), which OpenSSL tells the client through its key log.
 * It verifies nothing: the TLS stack did, over the same octets, when it accepted the server's Finished.
 * Limits: no compressed certificates (RFC 8879, which OpenSSL 3.0 does not offer) and no renegotiation.
 */
import { createDecipheriv, createHmac } from 'node:crypto';

const HANDSHAKE = 22; // record types, RFC 8446 §5.1
const APPLICATION_DATA = 23;
const SERVER_HELLO = 2; // handshake types, RFC 8446 §4
const CERTIFICATE = 11;
const SUPPORTED_VERSIONS = 43; // RFC 8446 §4.2.1
/** The random of a HelloRetryRequest (RFC 8446 §4.1.3), after which the real ServerHello comes. */
const RETRY = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

/** RFC 8446 §B.4. */
const SUITES = /** @type {Record<number, { cipher: import('node:crypto').CipherGCMTypes, hash: string, key: number }>} */ ({
  0x1301: { cipher: 'aes-128-gcm', hash: 'sha256', key: 16 },
  0x1302: { cipher: 'aes-256-gcm', hash: 'sha384', key: 32 },
  0x1303: { cipher: /** @type {any} */ ('chacha20-poly1305'), hash: 'sha256', key: 32 },
});

/**
 * @param {Buffer} received all that the server sent, from the first octet of its ServerHello's record
 * @param {string} keyLog lines of the key log (NSS format); only its handshake secret is used
 * @returns {Uint8Array[] | null} DER in the order of the message; null where there is none that can be read
 */
export function sentCertificates(received, keyLog) {
  try {
    return readRecords(received, keyLog);
  } catch {
    return null; // cut short or damaged: Buffer's readers and the decipher throw
  }
}

/**
 * @param {Buffer} received
 * @param {string} keyLog
 * @returns {Uint8Array[] | null}
 */
function readRecords(received, keyLog) {
  let handshake = Buffer.alloc(0);
  /** @type {((record: Buffer) => Buffer) | null} */
  let open = null;
  for (let at = 0; at + 5 <= received.length; ) {
    const end = at + 5 + received.readUInt16BE(at + 3);
    const [type, record] = [received[at], received.subarray(at, end)];
    if (end > received.length) return null;
    at = end;
    if (open === null && type === HANDSHAKE) handshake = Buffer.concat([handshake, record.subarray(5)]);
    else if (open !== null && type === APPLICATION_DATA) handshake = Buffer.concat([handshake, open(record)]);

    while (handshake.length >= 4 && handshake.length >= 4 + handshake.readUIntBE(1, 3)) {
      const [kind, length] = [handshake[0], handshake.readUIntBE(1, 3)];
      const body = handshake.subarray(4, 4 + length);
      handshake = handshake.subarray(4 + length);
      if (kind === CERTIFICATE) return certificateList(body, open !== null);
      if (kind !== SERVER_HELLO) continue;
      const suite = suiteOfTls13(body);
      if (suite !== null) open = opener(suite, keyLog);
    }
  }
  return null;
}

/**
 * RFC 8446 §4.4.2: a context before the list and extensions behind each certificate; RFC 5246 §7.4.2: neither.
 * @param {Buffer} body
 * @param {boolean} tls13
 * @returns {Uint8Array[]}
 */
function certificateList(body, tls13) {
  const certificates = [];
  let at = tls13 ? 1 + body.readUInt8(0) : 0;
  const end = at + 3 + body.readUIntBE(at, 3);
  for (at += 3; at < end; ) {
    const length = body.readUIntBE(at, 3);
    const certificate = body.subarray(at + 3, at + 3 + length);
    if (certificate.length !== length) throw new RangeError('the certificate is cut short');
    certificates.push(new Uint8Array(certificate));
    at += 3 + length;
    if (tls13) at += 2 + body.readUInt16BE(at);
  }
  return certificates;
}

/**
 * @param {Buffer} hello
 * @returns {number | null} the cipher suite of a ServerHello that chose TLS 1.3, else null
 */
function suiteOfTls13(hello) {
  if (hello.subarray(2, 34).toString('hex') === RETRY) return null;
  let at = 35 + hello.readUInt8(34); // behind version, random and session id
  const suite = hello.readUInt16BE(at);
  at += 3;
  if (at >= hello.length) return null; // no extensions: TLS 1.2 at most
  for (at += 2; at < hello.length; at += 4 + hello.readUInt16BE(at + 2)) {
    if (hello.readUInt16BE(at) === SUPPORTED_VERSIONS) return hello.readUInt16BE(at + 4) === 0x0304 ? suite : null;
  }
  return null;
}

/**
 * Opens the server's protected records, one after the other (RFC 8446 §5.2, §5.3, §7.3).
 * @param {number} suite
 * @param {string} keyLog
 * @returns {(record: Buffer) => Buffer} the handshake octets in it
 */
function opener(suite, keyLog) {
  const { cipher, hash, key } = SUITES[suite] ?? fail('the cipher suite is unknown');
  const [, hex = ''] = /^SERVER_HANDSHAKE_TRAFFIC_SECRET [0-9a-f]+ ([0-9a-f]+)$/im.exec(keyLog) ?? [];
  const secret = Buffer.from(hex, 'hex');
  const [writeKey, writeIv] = [expandLabel(hash, secret, 'key', key), expandLabel(hash, secret, 'iv', 12)];
  let sequence = 0n;
  return (record) => {
    const nonce = Buffer.from(writeIv);
    nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ sequence, 4);
    sequence += 1n;
    const decipher = createDecipheriv(cipher, writeKey, nonce, { authTagLength: 16 });
    decipher.setAAD(record.subarray(0, 5));
    decipher.setAuthTag(record.subarray(-16));
    const inner = Buffer.concat([decipher.update(record.subarray(5, -16)), decipher.final()]);
    let type = inner.length - 1;
    while (type > 0 && inner[type] === 0) type -= 1; // padding is zeros behind the type
    return inner[type] === HANDSHAKE ? inner.subarray(0, type) : Buffer.alloc(0);
  };
}

/**
 * HKDF-Expand-Label with an empty context (RFC 8446 §7.1): one block, as no key is longer than its hash.
 * @param {string} hash
 * @param {Buffer} secret
 * @param {string} label
 * @param {number} length
 * @returns {Buffer}
 */
function expandLabel(hash, secret, label, length) {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.of(0, length, name.length), name, Buffer.of(0, 1)]);
  return createHmac(hash, secret).update(info).digest().subarray(0, length);
}

/**
 * @param {string} why
 * @returns {never}
 */
function fail(why) {
  throw new RangeError(why);
}
