/**
 * Signatures, good and otherwise, and OpenSSL's word on each, for `tests/differential.rs` to replay.
 *
 *   node tests/differential/record.mjs         new keys and signatures into signatures.json, and digests.json
 *   node tests/differential/record.mjs check   ask this machine's OpenSSL again about every recorded row
 */

import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, constants } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { digests } from './digests.mjs';
import { edwards } from './ed25519.mjs';
import { pack, unpack } from './file.mjs';
import { big, bytes, der, ecdsa, general, integer, plusN, rsa, tlv } from './mutations.mjs';
import { good } from './openssl.mjs';

const FILE = new URL('signatures.json', import.meta.url);
const DIGESTS = new URL('digests.json', import.meta.url);

const CURVES = {
  p256: {
    name: 'P-256',
    size: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    prime: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
  },
  p384: {
    name: 'P-384',
    size: 48,
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    prime: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
  },
};

/** Bits, public exponent. What OpenSSL does not make by itself is left to its command line. */
const RSA_KEYS = [[1024, '65537'], [1280, '3'], [2048, '65537'], [2048, '3'], [2048, '17'], [3072, '65537'], [4096, '3'],
  [1024, '3'], [1032, '65537'], [2048, '4294967295'], [2048, '4294967297'], [2048, '8589934591'], [2048, '8589934593'],
  [2048, '18446744073709551617'], [512, '65537'], [1016, '65537'], [4104, '65537']];
const RSA_HASHES = ['rsa-sha1', 'rsa-sha256', 'rsa-sha384', 'rsa-sha512', 'pss-sha256', 'pss-sha384', 'pss-sha512'];

if (process.argv[2] === 'check') {
  const rows = unpack(readFileSync(FILE, 'utf8'));
  const differ = rows.filter((row) => good(row.algorithm, row.key, row.message, row.signature) !== row.good);
  for (const { algorithm, what, good: verdict } of differ) console.error(`${algorithm}, ${what}: no longer ${verdict ? 'good' : 'bad'}`);
  console.log(`${rows.length} rows, ${rows.filter((row) => row.good).length} good, ${differ.length} that OpenSSL ${process.versions.openssl} judges otherwise`);
  const same = readFileSync(DIGESTS, 'utf8') === digests();
  console.log(same ? 'the digests are OpenSSL\'s' : 'the digests are not OpenSSL\'s');
  process.exitCode = differ.length > 0 || !same ? 1 : 0;
} else {
  const rows = [...rsaRows(), ...ecdsaRows(), ...edwards().flatMap(judged)];
  writeFileSync(FILE, pack(rows));
  writeFileSync(DIGESTS, digests());
  console.log(`${rows.length} rows, ${rows.filter((row) => row.good).length} good`);
}

/** The signature and what is tried with it, each with OpenSSL's verdict. */
function judged([{ label, ...base }, cases]) {
  return [['', {}], ...cases].map(([what, change], at) => {
    const row = { ...base, ...change, what: what === '' ? label : `${label}: ${what}`, first: at === 0 };
    return { ...row, good: good(row.algorithm, row.key, row.message, row.signature) };
  });
}

function rsaRows() {
  const groups = [];
  const [, , main] = RSA_KEYS;
  for (const [bits, exponent] of RSA_KEYS) {
    const whole = bits === main[0] && exponent === main[1];
    const { privateKey, key } = rsaKey(bits, exponent);
    const { key: otherKey } = rsaKey(bits, exponent);
    // The main key signs with all; the others say what size and exponent change.
    const algorithms = whole ? RSA_HASHES : ['rsa-sha256', 'rsa-sha512'].filter((_, at) => at === 0 || bits >= 1024);
    for (const algorithm of algorithms) {
      const base = rsaBase(algorithm, privateKey, key);
      const cases = whole || (exponent === '3' && bits <= 1280)
        ? [...general(base, { otherKey, otherHashes: others(RSA_HASHES, algorithm), keyFrom: 1 }), ...rsa(algorithm, base, privateKey)]
        : [['another key', { key: otherKey }], ...rsa(algorithm, base, privateKey).filter(([what]) => /made by hand|^n - |n - 1$|octets after/.test(what))];
      if (algorithm.startsWith('pss-')) cases.push(...salts(algorithm, base, privateKey));
      if (whole) groups.push(beginningWithZero(algorithm, privateKey, key));
      groups.push([{ ...base, label: `${bits} bits, exponent ${exponent}` }, cases]);
    }
  }
  return groups.flatMap(judged);
}

/** A signature that begins with no zero and, where such a one is soon found, is below 2^bits - n. */
function rsaBase(algorithm, privateKey, key) {
  let base;
  for (let tries = 0; tries < 200; tries += 1) {
    base = rsaSigned(algorithm, privateKey, key);
    if (base.signature[0] !== 0 && plusN(key, base.signature)) break;
  }
  return base.signature[0] === 0 ? rsaBase(algorithm, privateKey, key) : base;
}

/** A signature has as many octets as the modulus (RFC 8017 §8.1.2, §8.2.2), also where the first is zero. */
function beginningWithZero(algorithm, privateKey, key) {
  for (;;) {
    const base = rsaSigned(algorithm, privateKey, key);
    if (base.signature[0] === 0) return [{ ...base, label: 'signature beginning with zero' }, [['without it', { signature: base.signature.subarray(1) }]]];
  }
}

function rsaSigned(algorithm, privateKey, key) {
  const message = randomBytes(90);
  const [kind, hash] = algorithm.split('-');
  const padding = kind === 'pss' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  return { algorithm, key, message, signature: sign(hash, message, { key: privateKey, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }) };
}

/** Salts of another length than the hash's. */
function salts(algorithm, { message }, privateKey) {
  const hash = algorithm.slice(4);
  return [0, 20, 31, 33, 47, 49, 63, 65, 100].map((saltLength) => (
    [`salt of ${saltLength}`, { signature: sign(hash, message, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }) }]));
}

function rsaKey(bits, exponent) {
  const pem = execFileSync('openssl', ['genpkey', '-quiet', '-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`,
    '-pkeyopt', `rsa_keygen_pubexp:${exponent}`], { env: { ...process.env, OPENSSL_CONF: '/dev/null' } });
  const privateKey = createPrivateKey(pem);
  const { n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
  const octets = Buffer.from(/** @type {string} */ (e), 'base64url');
  return { privateKey, key: Buffer.concat([Buffer.of(octets.length), octets, Buffer.from(/** @type {string} */ (n), 'base64url')]) };
}

function ecdsaRows() {
  const groups = [];
  for (const [kind, { name, size, order, prime }] of Object.entries(CURVES)) {
    const { privateKey, key } = curveKey(name);
    const { key: otherKey } = curveKey(name);
    const raw = (r, s) => Buffer.concat([bytes(r, size), bytes(s, size)]);
    const forms = {
      raw: { encoding: 'ieee-p1363', write: raw, read: (octets) => [big(octets.subarray(0, size)), big(octets.subarray(size))] },
      der: { encoding: 'der', write: (r, s) => tlv(0x30, Buffer.concat([integer(r), integer(s)])), read: readDer },
    };
    const all = ['raw', 'der'].flatMap((form) => ['sha256', 'sha384', 'sha512'].map((hash) => `${kind}-${form}-${hash}`));
    for (const algorithm of all) {
      const [, form, hash] = algorithm.split('-');
      const { encoding, write, read } = forms[form];
      const message = randomBytes(70);
      const signature = sign(hash, message, { key: privateKey, dsaEncoding: /** @type {'der'} */ (encoding) });
      const base = { algorithm, key, message, signature };
      const cases = [
        ...general(base, { otherKey, otherHashes: others(all.filter((one) => one.includes(`-${form}-`)), algorithm) }),
        ...ecdsa(base, { order, prime, read, write }),
        ...(form === 'der' ? der(base, { read, raw, size }) : [['as DER', { signature: forms.der.write(...read(signature)) }]]),
      ];
      groups.push([{ ...base, label: 'signed' }, cases]);
      for (let extra = 0; extra < 3; extra += 1) {
        const text = randomBytes(extra * 100);
        groups.push([{ label: `${text.length} octets signed`, algorithm, key, message: text, signature: sign(hash, text, { key: privateKey, dsaEncoding: /** @type {'der'} */ (encoding) }) }, []]);
      }
    }
  }
  return groups.flatMap(judged);
}

function curveKey(name) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: name });
  const { x, y } = publicKey.export({ format: 'jwk' });
  return { privateKey, key: Buffer.concat([x, y].map((half) => Buffer.from(/** @type {string} */ (half), 'base64url'))) };
}

function readDer(octets) {
  const length = octets[3];
  return [big(octets.subarray(4, 4 + length)), big(octets.subarray(6 + length))];
}

function others(all, own) {
  return all.filter((algorithm) => algorithm !== own);
}
