/**
 * pkg/roots.js: the roots that Mozilla trusts for TLS servers, whole certificates, out of the crate `webpki-root-certs`
 * of the version in Cargo.lock; and the agreement they come under, which must go with them (CDLA-Permissive-2.0 §2.1).
 * The crate's source is one list of byte strings; anything else in it is refused.
 */

import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const CRATE = 'webpki-root-certs';

/**
 * @param {string} root the project
 * @returns {string} what was written, in words
 */
export function writeRoots(root) {
  const options = ['metadata', '--locked', '--format-version', '1'];
  const { packages } = JSON.parse(execFileSync('cargo', options, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 }));
  const { manifest_path: manifest, version } = packages.find(({ name }) => name === CRATE);
  const folder = path.dirname(manifest);
  const roots = read(readFileSync(path.join(folder, 'src', 'lib.rs'), 'utf8'));
  const head = `/** Mozilla's TLS roots, DER in base64. Generated from ${CRATE} ${version}; licence: roots.LICENSE. */`;
  const lines = roots.map((der) => `  '${der.toString('base64')}',`);
  writeFileSync(path.join(root, 'pkg', 'roots.js'), `${head}\nexport default [\n${lines.join('\n')}\n];\n`);
  copyFileSync(path.join(folder, 'LICENSE'), path.join(root, 'pkg', 'roots.LICENSE'));
  return `${roots.length} roots of ${CRATE} ${version}`;
}

/** @param {string} source */
function read(source) {
  const roots = [...source.matchAll(/CertificateDer::from_slice\(b"((?:\\x[0-9A-Fa-f]{2})+)"\)/g)].map(([, octets]) => Buffer.from(octets.replaceAll('\\x', ''), 'hex'));
  const strange = roots.length < 50
    || roots.length !== source.split('from_slice(').length - 1
    || roots.some((der) => der.readUInt16BE(0) !== 0x3082 || der.readUInt16BE(2) + 4 !== der.length);
  if (strange) throw new Error(`${CRATE} is not written as it was`);
  return roots;
}
