/**
 * The certificates of the differential, made by `openssl ca` with fixed dates and fresh keys.
 *
 * A row: [name, issuer (its own name: self-signed), subject, extensions, { key, years, sign }]. `key` is a kind, or
 * the name of an earlier row whose key is taken over. No extensions make a certificate of version 1.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const CA = ['basicConstraints=critical,CA:TRUE', 'keyUsage=keyCertSign,cRLSign'];
const IDS = ['subjectKeyIdentifier=hash', 'authorityKeyIdentifier=keyid'];
const SAN = 'subjectAltName=DNS:mx.example.com';
const HOST = ['basicConstraints=CA:FALSE', SAN];
const MX = '/CN=mx.example.com';
const OLD = { years: [2020, 2026] };
const NEW = { years: [2027, 2029] };
const constrained = (rule) => [...CA, `nameConstraints=critical,${rule}`];
const CRITICAL = '1.2.3.4=critical,DER:0500';

export const ROWS = [
  // Plain chains: three depths, every kind of key.
  ['root', 'root', '/CN=Root', CA],
  ['mid', 'root', '/CN=Mid', CA],
  ['low', 'mid', '/CN=Low', CA],
  ['ok', 'mid', MX, HOST],
  ['deep', 'low', MX, HOST],
  ['shallow', 'root', MX, HOST],
  ['bare-leaf', 'root', MX, ['subjectKeyIdentifier=none']],
  ['leaf-v1', 'mid', MX, []],
  ['leaf-ca', 'mid', MX, [...CA, SAN, 'extendedKeyUsage=serverAuth']],
  ['leaf-ca-tls', 'mid', MX, ['basicConstraints=critical,CA:TRUE', 'keyUsage=keyCertSign,digitalSignature', SAN]],
  ['rsa-root', 'rsa-root', '/CN=RSA Root', CA, { key: 'rsa' }],
  ['rsa-leaf', 'rsa-root', MX, HOST, { key: 'rsa' }],
  ['rsa-384', 'rsa-root', MX, HOST, { sign: '-md sha384' }],
  ['rsa-512', 'rsa-root', MX, HOST, { sign: '-md sha512' }],
  ['rsa-sha1', 'rsa-root', MX, HOST, { sign: '-md sha1' }],
  ['pss-256', 'rsa-root', MX, HOST, { sign: '-md sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest' }],
  ['pss-512', 'rsa-root', MX, HOST, { sign: '-md sha512 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest' }],
  ['pss-20', 'rsa-root', MX, HOST, { sign: '-md sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20' }],
  ['p384-root', 'p384-root', '/CN=P-384 Root', CA, { key: 'p384' }],
  ['p384-leaf', 'p384-root', MX, HOST, { key: 'p384', sign: '-md sha384' }],
  ['p384-256', 'p384-root', MX, HOST],
  ['p384-512', 'p384-root', MX, HOST, { sign: '-md sha512' }],
  ['p256-384', 'root', MX, HOST, { sign: '-md sha384' }],
  ['p521-root', 'p521-root', '/CN=P-521 Root', CA, { key: 'p521' }],
  ['p521-leaf', 'p521-root', MX, HOST],
  ['p521-key', 'root', MX, HOST, { key: 'p521' }],
  ['ed-root', 'ed-root', '/CN=Ed25519 Root', CA, { key: 'ed25519', sign: '' }],
  ['ed-leaf', 'ed-root', MX, HOST, { sign: '' }],
  ['rsa1024-root', 'rsa1024-root', '/CN=RSA-1024 Root', CA, { key: 'rsa1024' }],
  ['rsa1024-leaf', 'rsa1024-root', MX, HOST],
  // Self-signed.
  ['self', 'self', MX, HOST],
  ['self-ca', 'self-ca', MX, [...CA, SAN]],
  ['self-plain', 'self-plain', MX, [SAN]],
  ['self-v1', 'self-v1', MX, []],
  ['self-old', 'self-old', MX, HOST, OLD],
  ['self-nameless', 'self-nameless', '/O=Nobody', ['basicConstraints=CA:FALSE']],
  ['self-other', 'self-other', '/CN=other.example', ['subjectAltName=DNS:other.example']],
  ['self-critical', 'self-critical', MX, [SAN, CRITICAL]],
  ['self-client', 'self-client', MX, [SAN, 'extendedKeyUsage=clientAuth']],
  // Dates.
  ['old', 'mid', MX, HOST, OLD],
  ['new', 'mid', MX, HOST, NEW],
  ['mid-old', 'root', '/CN=Mid Old', CA, OLD],
  ['mid-new', 'root', '/CN=Mid New', CA, NEW],
  ['by-mid-old', 'mid-old', MX, HOST],
  ['by-mid-new', 'mid-new', MX, HOST],
  ['root-old', 'root-old', '/CN=Root Old', CA, OLD],
  ['root-new', 'root-new', '/CN=Root New', CA, NEW],
  ['by-root-old', 'root-old', MX, HOST],
  ['by-root-new', 'root-new', MX, HOST],
  ['mid-of-old', 'root-old', '/CN=Mid of Old', CA],
  ['by-mid-of-old', 'mid-of-old', MX, HOST],
  // Names.
  ['other-name', 'mid', MX, ['subjectAltName=DNS:other.example.com']],
  ['cn-only', 'mid', MX, ['basicConstraints=CA:FALSE']],
  ['cn-other', 'mid', '/CN=other.example.com', ['basicConstraints=CA:FALSE']],
  ['cn-two', 'mid', '/CN=mx.example.com/CN=other.example.com', ['basicConstraints=CA:FALSE']],
  ['cn-wildcard', 'mid', '/CN=*.example.com', ['basicConstraints=CA:FALSE']],
  ['cn-and-ip', 'mid', MX, ['subjectAltName=IP:192.0.2.1']],
  ['cn-and-mail', 'mid', MX, ['subjectAltName=email:a@example.com']],
  ['cn-and-san', 'mid', MX, ['subjectAltName=DNS:a.example,DNS:b.example']],
  ['no-name', 'mid', '/O=Nobody', ['basicConstraints=CA:FALSE']],
  ['wildcard', 'mid', '/CN=a', ['subjectAltName=DNS:*.example.com']],
  ['wildcard-deep', 'mid', '/CN=a', ['subjectAltName=DNS:*.com']],
  ['wildcard-inside', 'mid', '/CN=a', ['subjectAltName=DNS:mx.*.com']],
  ['partial', 'mid', '/CN=a', ['subjectAltName=DNS:m*.example.com']],
  ['parent', 'mid', '/CN=a', ['subjectAltName=DNS:example.com']],
  ['upper', 'mid', '/CN=a', ['subjectAltName=DNS:MX.EXAMPLE.COM']],
  ['two-names', 'mid', '/CN=a', ['subjectAltName=DNS:a.example,DNS:mx.example.com']],
  ['dotted', 'mid', '/CN=a', ['subjectAltName=DNS:mx.example.com.']],
  // CA or not, path length, key usage, purposes, critical extensions.
  ['mid-no-ca', 'root', '/CN=Mid No CA', ['basicConstraints=CA:FALSE']],
  ['by-mid-no-ca', 'mid-no-ca', MX, HOST],
  ['mid-bare', 'root', '/CN=Mid Bare', ['subjectKeyIdentifier=hash']],
  ['by-mid-bare', 'mid-bare', MX, HOST],
  ['mid-usage', 'root', '/CN=Mid Usage', ['keyUsage=keyCertSign']],
  ['by-mid-usage', 'mid-usage', MX, HOST],
  ['mid-v1', 'root', '/CN=Mid V1', []],
  ['by-mid-v1', 'mid-v1', MX, HOST],
  ['root-v1', 'root-v1', '/CN=Root V1', []],
  ['by-root-v1', 'root-v1', MX, HOST],
  ['root-bare', 'root-bare', '/CN=Root Bare', ['subjectKeyIdentifier=hash']],
  ['by-root-bare', 'root-bare', MX, HOST],
  ['root-usage', 'root-usage', '/CN=Root Usage', ['keyUsage=keyCertSign']],
  ['by-root-usage', 'root-usage', MX, HOST],
  ['root-no-ca', 'root-no-ca', '/CN=Root No CA', ['basicConstraints=CA:FALSE']],
  ['by-root-no-ca', 'root-no-ca', MX, HOST],
  ['root-no-sign', 'root-no-sign', '/CN=Root No Sign', ['basicConstraints=critical,CA:TRUE', 'keyUsage=cRLSign']],
  ['by-root-no-sign', 'root-no-sign', MX, HOST],
  ['mid-no-sign', 'root', '/CN=Mid No Sign', ['basicConstraints=critical,CA:TRUE', 'keyUsage=digitalSignature']],
  ['by-mid-no-sign', 'mid-no-sign', MX, HOST],
  ['sign-only', 'mid', MX, [SAN, 'keyUsage=cRLSign']],
  ['mid-pathlen', 'root', '/CN=Mid PathLen', ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=keyCertSign']],
  ['below-pathlen', 'mid-pathlen', '/CN=Below PathLen', CA],
  ['by-mid-pathlen', 'mid-pathlen', MX, HOST],
  ['by-below-pathlen', 'below-pathlen', MX, HOST],
  ['root-pathlen', 'root-pathlen', '/CN=Root PathLen', ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=keyCertSign']],
  ['below-root-pathlen', 'root-pathlen', '/CN=Below Root PathLen', CA],
  ['by-root-pathlen', 'root-pathlen', MX, HOST],
  ['by-below-root-pathlen', 'below-root-pathlen', MX, HOST],
  ['self-issued', 'mid-pathlen', '/CN=Mid PathLen', CA],
  ['by-self-issued', 'self-issued', MX, HOST],
  ['client', 'mid', MX, [SAN, 'extendedKeyUsage=clientAuth']],
  ['server', 'mid', MX, [SAN, 'extendedKeyUsage=clientAuth,serverAuth']],
  ['any-purpose', 'mid', MX, [SAN, 'extendedKeyUsage=anyExtendedKeyUsage']],
  ['sgc', 'mid', MX, [SAN, 'extendedKeyUsage=msSGC']],
  ['mid-client', 'root', '/CN=Mid Client', [...CA, 'extendedKeyUsage=clientAuth']],
  ['by-mid-client', 'mid-client', MX, HOST],
  ['mid-server', 'root', '/CN=Mid Server', [...CA, 'extendedKeyUsage=serverAuth']],
  ['by-mid-server', 'mid-server', MX, HOST],
  ['root-client', 'root-client', '/CN=Root Client', [...CA, 'extendedKeyUsage=clientAuth']],
  ['by-root-client', 'root-client', MX, HOST],
  ['critical', 'mid', MX, [SAN, CRITICAL]],
  ['mid-critical', 'root', '/CN=Mid Critical', [...CA, CRITICAL]],
  ['by-mid-critical', 'mid-critical', MX, HOST],
  ['root-critical', 'root-critical', '/CN=Root Critical', [...CA, CRITICAL]],
  ['by-root-critical', 'root-critical', MX, HOST],
  ['mid-uncritical', 'root', '/CN=Mid Uncritical', [...CA, '1.2.3.4=DER:0500']],
  ['by-mid-uncritical', 'mid-uncritical', MX, HOST],
  ['mid-policy', 'root', '/CN=Mid Policy', [...CA, 'certificatePolicies=critical,1.2.3.4', 'policyConstraints=critical,requireExplicitPolicy:0', 'inhibitAnyPolicy=critical,0']],
  ['by-mid-policy', 'mid-policy', MX, HOST],
  ['critical-crl', 'mid', MX, [SAN, 'crlDistributionPoints=critical,URI:http://crl.example/a.crl']],
  // Name constraints.
  ['mid-dns-in', 'root', '/CN=Mid DNS In', constrained('permitted;DNS:example.com')],
  ['by-dns-in', 'mid-dns-in', '/CN=a', HOST],
  ['cn-by-dns-in', 'mid-dns-in', MX, ['basicConstraints=CA:FALSE']],
  ['mid-dns-out', 'root', '/CN=Mid DNS Out', constrained('permitted;DNS:example.org')],
  ['by-dns-out', 'mid-dns-out', '/CN=a', HOST],
  ['cn-by-dns-out', 'mid-dns-out', MX, ['basicConstraints=CA:FALSE']],
  ['mid-dns-not', 'root', '/CN=Mid DNS Not', constrained('excluded;DNS:example.com')],
  ['by-dns-not', 'mid-dns-not', '/CN=a', HOST],
  ['mid-dns-dot', 'root', '/CN=Mid DNS Dot', constrained('permitted;DNS:.example.com')],
  ['by-dns-dot', 'mid-dns-dot', '/CN=a', HOST],
  ['mid-dns-label', 'root', '/CN=Mid DNS Label', constrained('permitted;DNS:ample.com')],
  ['by-dns-label', 'mid-dns-label', '/CN=a', HOST],
  ['mid-ip-out', 'root', '/CN=Mid IP Out', constrained('permitted;IP:192.0.2.0/255.255.255.0')],
  ['by-ip-out', 'mid-ip-out', '/CN=a', ['subjectAltName=DNS:mx.example.com,IP:198.51.100.1']],
  ['by-ip-in', 'mid-ip-out', '/CN=a', ['subjectAltName=DNS:mx.example.com,IP:192.0.2.1']],
  ['by-ip-none', 'mid-ip-out', '/CN=a', HOST],
  ['mid-ip-not', 'root', '/CN=Mid IP Not', constrained('excluded;IP:0.0.0.0/0.0.0.0')],
  ['by-ip-not', 'mid-ip-not', '/CN=a', ['subjectAltName=DNS:mx.example.com,IP:198.51.100.1']],
  ['by-ip6-not', 'mid-ip-not', '/CN=a', ['subjectAltName=DNS:mx.example.com,IP:2001:db8::1']],
  ['mid-mail-out', 'root', '/CN=Mid Mail Out', constrained('permitted;email:example.org')],
  ['by-mail-out', 'mid-mail-out', '/CN=a', ['subjectAltName=DNS:mx.example.com,email:a@example.com']],
  ['by-mail-in', 'mid-mail-out', '/CN=a', ['subjectAltName=DNS:mx.example.com,email:a@EXAMPLE.org']],
  ['by-mail-subject', 'mid-mail-out', '/CN=a/emailAddress=a@example.com', HOST],
  ['mid-dn-in', 'root', '/CN=Mid DN In', [...CA, 'nameConstraints=critical,permitted;dirName:dn']],
  ['by-dn-in', 'mid-dn-in', '/O=Example  Org/CN=a', HOST],
  ['by-dn-case', 'mid-dn-in', '/O=EXAMPLE org/CN=a', HOST],
  ['by-dn-out', 'mid-dn-in', '/O=Other Org/CN=a', HOST],
  ['mid-dn-not', 'root', '/CN=Mid DN Not', [...CA, 'nameConstraints=critical,excluded;dirName:dn']],
  ['by-dn-not', 'mid-dn-not', '/O=Example Org/CN=a', HOST],
  ['mid-uri', 'root', '/CN=Mid URI', constrained('permitted;URI:.example.com')],
  ['by-uri', 'mid-uri', '/CN=a', ['subjectAltName=DNS:mx.example.com,URI:https://a.example.com/']],
  ['root-dns-not', 'root-dns-not', '/CN=Root DNS Not', constrained('excluded;DNS:example.com')],
  ['by-root-dns-not', 'root-dns-not', '/CN=a', HOST],
  ['mid-below-dns', 'mid-dns-in', '/CN=mid.example.org', [...CA, 'subjectAltName=DNS:mid.example.org']],
  ['by-below-dns', 'mid-below-dns', '/CN=a', HOST],
  // Several of one subject, cross-signed ones, key identifiers, names that differ in form only.
  ['root-twin', 'root-twin', '/CN=Root', CA],
  ['by-twin', 'root-twin', MX, HOST],
  ['id-root', 'id-root', '/CN=ID Root', [...CA, ...IDS]],
  ['id-mid', 'id-root', '/CN=ID Mid', [...CA, ...IDS]],
  ['id-twin', 'id-root', '/CN=ID Mid', [...CA, ...IDS]],
  ['id-leaf', 'id-mid', MX, [...HOST, ...IDS]],
  ['id-full', 'id-mid', MX, [...HOST, 'authorityKeyIdentifier=keyid,issuer:always']],
  ['mid-rsa', 'root', '/CN=Mid', CA, { key: 'rsa' }],
  ['mid-twin', 'root', '/CN=Mid', CA],
  ['mid-again', 'root', '/CN=Mid', CA, { key: 'mid' }],
  ['mid-again-old', 'root', '/CN=Mid', CA, { key: 'mid', ...OLD }],
  ['mid-cross', 'root-bis', '/CN=Mid', CA, { key: 'mid' }],
  ['mid-cross-old', 'root-bis', '/CN=Mid', CA, { key: 'mid', ...OLD }],
  ['spaced', 'spaced', '/CN=Two  Words', CA],
  ['by-spaced', 'two-words', MX, HOST],
];

/** Roots that others need before they stand in ROWS. */
const FIRST = [
  ['root-bis', 'root-bis', '/CN=Root Bis', CA],
  ['two-words', 'two-words', '/CN=two WORDS', CA, { key: 'spaced' }],
];

const KEYS = {
  rsa: '-algorithm RSA -pkeyopt rsa_keygen_bits:2048',
  rsa1024: '-algorithm RSA -pkeyopt rsa_keygen_bits:1024',
  p256: '-algorithm EC -pkeyopt ec_paramgen_curve:P-256',
  p384: '-algorithm EC -pkeyopt ec_paramgen_curve:P-384',
  p521: '-algorithm EC -pkeyopt ec_paramgen_curve:P-521',
  ed25519: '-algorithm ED25519',
};

const CONFIGURATION = `[ca]
default_ca = lab
[lab]
database = index
new_certs_dir = .
policy = any
unique_subject = no
rand_serial = yes
default_md = default
preserve = yes
email_in_dn = yes
[any]
organizationName = optional
commonName = optional
emailAddress = optional
[req]
distinguished_name = none
[none]
`;

/** Makes all of them in `folder`: `name.pem`, `name.key`, `name.der`. */
export function makeCertificates(folder) {
  const openssl = (line) => execFileSync('openssl', line.split(' ').filter(Boolean), {
    cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, OPENSSL_CONF: '/dev/null' },
  });
  writeFileSync(path.join(folder, 'ca.cnf'), CONFIGURATION);
  writeFileSync(path.join(folder, 'index'), '');
  const rows = [...ROWS];
  rows.splice(rows.findIndex(([name]) => name === 'mid-cross'), 0, FIRST[0]);
  rows.splice(rows.findIndex(([name]) => name === 'spaced') + 1, 0, FIRST[1]);
  for (const [name, issuer, subject, extensions, { key = 'p256', years = [2025, 2028], sign = '-md sha256' } = {}] of rows) {
    if (KEYS[key]) openssl(`genpkey -quiet ${KEYS[key]} -out ${name}.key`);
    else writeFileSync(path.join(folder, `${name}.key`), readFileSync(path.join(folder, `${key}.key`)));
    execFileSync('openssl', ['req', '-new', '-config', 'ca.cnf', '-key', `${name}.key`, '-subj', subject, '-out', 'csr'], { cwd: folder });
    if (extensions.length > 0) {
      writeFileSync(path.join(folder, 'ext'), `[ext]\n${extensions.join('\n')}\n[dn]\nO=Example Org\n`);
    }
    const by = issuer === name ? `-selfsign -keyfile ${name}.key` : `-cert ${issuer}.pem -keyfile ${issuer}.key`;
    const [from, to] = years;
    openssl(`ca -batch -notext -config ca.cnf ${by} ${extensions.length > 0 ? '-extfile ext -extensions ext' : ''} -in csr -out ${name}.pem
      -startdate ${from}0101000000Z -enddate ${to}0101000000Z ${sign}`.replace('\n', ' '));
    openssl(`x509 -in ${name}.pem -outform DER -out ${name}.der`);
  }
  return rows.map(([name]) => name);
}
