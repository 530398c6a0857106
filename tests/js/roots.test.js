/** `mxseal/roots`: Mozilla's roots, beside the list that Node carries, and as roots of a check. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { rootCertificates } from 'node:tls';
import { certificatesFromPem, describeCertificate, verifyWebPki } from 'mxseal/dane';
import roots, { roots as named } from 'mxseal/roots';

const hex = (/** @type {Uint8Array} */ der) => Buffer.from(der).toString('hex');

test('they are those of Mozilla', () => {
  assert.equal(roots, named);
  assert.equal(new Set(roots.map(hex)).size, roots.length);
  for (const der of roots) assert.equal(describeCertificate(der).isCa, true);
  // Node's list is Mozilla's of another year, with a few kept longer.
  const node = new Set(rootCertificates.flatMap((pem) => certificatesFromPem(pem)).map(hex));
  const common = roots.filter((der) => node.has(hex(der))).length;
  assert.ok(common > roots.length * 0.75, `${common} of ${roots.length} are Node's too`);
});

test('they are roots to verify with', () => {
  const { certificates } = JSON.parse(readFileSync(new URL('../dane/recorded.json', import.meta.url), 'utf8'));
  const chain = ['ok', 'mid'].map((name) => new Uint8Array(Buffer.from(certificates[name], 'base64')));
  const root = new Uint8Array(Buffer.from(certificates.root, 'base64'));
  const o = { chain, host: 'mx.example.com', at: '2026-03-01T12:00:00Z' };
  assert.equal(verifyWebPki({ ...o, roots }).reason, 'unknown-issuer');
  assert.equal(verifyWebPki({ ...o, roots: [...roots, root] }).status, 'valid');
});

test('their agreement goes with them, and nothing else loads them', () => {
  assert.match(readFileSync(new URL('../../pkg/roots.LICENSE', import.meta.url), 'utf8'), /Community Data License Agreement/);
  for (const file of ['index.js', 'dane.js', 'check.js', 'engine.js']) {
    assert.doesNotMatch(readFileSync(new URL(`../../js/${file}`, import.meta.url), 'utf8'), /roots\.js/);
  }
});
