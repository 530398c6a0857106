// The lab's CA and every certificate of servers.json, made by `openssl ca`, which alone in OpenSSL 3.0 can set both dates.
// Private keys are kept between builds; certificates are made anew. A profile is RFC 5280 §4.2: no name in the subject, all in the SAN.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { certificates, users } from './table.mjs'
import { run } from './run.mjs'

const HOUR = 3600e3
const DAY = 24 * HOUR
const DATES = {
  current: [-2 * HOUR, 90 * DAY],
  expired: [-60 * DAY, -1 * DAY],
  future: [30 * DAY, 120 * DAY],
  authority: [-100 * DAY, 3650 * DAY],
}
const AUTHORITY = 'basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash'

/** Writes `certificates/<name>.pem` (leaf), `<name>.chain.pem` (as served) and `<name>.key.pem`, and `ca.pem` (the trusted root). */
export function buildCertificates(state, now) {
  const folder = join(state, 'certificates')
  const keys = join(state, 'keys', 'tls')
  rmSync(folder, { recursive: true, force: true })
  for (const path of [folder, keys]) mkdirSync(path, { recursive: true })
  const lab = { folder, keys, now, config: caConfig(folder) }

  issue(lab, 'root', { subject: '/O=mxseal lab/CN=lab root', key: 'p256', validity: 'authority', issuer: 'self', extensions: AUTHORITY })
  issue(lab, 'intermediate', { subject: '/O=mxseal lab/CN=lab intermediate', key: 'p256', validity: 'authority', issuer: 'root', extensions: `${AUTHORITY}\nauthorityKeyIdentifier=keyid` })
  issue(lab, 'intermediate-expired', { subject: '/O=mxseal lab/CN=lab intermediate that expired', key: 'p256', validity: 'expired', issuer: 'root', extensions: `${AUTHORITY}\nauthorityKeyIdentifier=keyid` })
  issue(lab, 'other', { subject: '/O=somebody else/CN=other root', key: 'p256', validity: 'authority', issuer: 'self', extensions: AUTHORITY })
  for (const [name, row] of Object.entries(certificates)) {
    const names = row.names === 'users' ? users(name) : row.names
    if (names.length) leaf(lab, name, row, names)
  }
  writeFileSync(join(state, 'ca.pem'), readFileSync(join(folder, 'root.pem')))
}

function leaf(lab, name, row, names) {
  const alternatives = [...names.map((dns) => `DNS:${dns}`), ...(row.ip ?? []).map((ip) => `IP:${ip}`)].join(',')
  const extensions = [
    'basicConstraints=critical,CA:false', 'keyUsage=critical,digitalSignature', `extendedKeyUsage=${row.usage ?? 'serverAuth'}`, 'subjectKeyIdentifier=hash',
    ...(row.issuer === 'self' ? [] : ['authorityKeyIdentifier=keyid']), ...(row.san === false ? [] : [`subjectAltName=${alternatives}`]),
  ].join('\n')
  issue(lab, name, { subject: `/O=mxseal lab/CN=${row.san === false ? names[0] : name}`, key: row.key, validity: row.validity, issuer: row.issuer, extensions })
  const served = [name, ...(row.chain !== 'leaf' && row.issuer !== 'self' ? [row.issuer] : []), ...(row.chain === 'root' ? ['root'] : [])]
  writeFileSync(join(lab.folder, `${name}.chain.pem`), served.map((part) => readFileSync(join(lab.folder, `${part}.pem`), 'utf8')).join(''))
}

function issue({ folder, keys, now, config }, name, { subject, key, validity, issuer, extensions }) {
  const path = (suffix) => join(folder, `${name}.${suffix}`)
  const [start, end] = DATES[validity].map((offset) => asn1Time(now + offset))
  writeFileSync(path('key.pem'), readFileSync(privateKey(keys, name, key)), { mode: 0o600 })
  writeFileSync(path('ext'), `[e]\n${extensions}\n`)
  run('openssl', ['req', '-new', '-config', config, '-key', path('key.pem'), '-subj', subject, '-out', path('csr')])
  const signer = issuer === 'self'
    ? ['-selfsign', '-keyfile', path('key.pem')]
    : ['-keyfile', join(folder, `${issuer}.key.pem`), '-cert', join(folder, `${issuer}.pem`)]
  run('openssl', ['ca', '-batch', '-notext', '-config', config, ...signer, '-in', path('csr'), '-out', path('pem'),
    '-startdate', start, '-enddate', end, '-extfile', path('ext'), '-extensions', 'e'])
}

function privateKey(keys, name, kind) {
  const path = join(keys, `${name}.${kind}.pem`)
  const how = { rsa: ['RSA', 'rsa_keygen_bits:2048'], p256: ['EC', 'ec_paramgen_curve:P-256'] }[kind]
  if (!existsSync(path)) run('openssl', ['genpkey', '-algorithm', how[0], '-pkeyopt', how[1], '-out', path])
  return path
}

function caConfig(folder) {
  const path = join(folder, 'openssl.cnf')
  writeFileSync(join(folder, 'index.txt'), '')
  writeFileSync(join(folder, 'index.txt.attr'), 'unique_subject = no\n')
  writeFileSync(path, [
    '[ca]', 'default_ca = lab', '[lab]', `database = ${join(folder, 'index.txt')}`, `new_certs_dir = ${folder}`, 'rand_serial = yes',
    'default_md = sha256', 'policy = any', '[any]', 'organizationName = optional', 'commonName = optional',
    '[req]', 'distinguished_name = dn', '[dn]', '',
  ].join('\n'))
  return path
}

// YYYYMMDDHHMMSSZ, GeneralizedTime as RFC 5280 §4.1.2.5.2 writes it; OpenSSL makes UTCTime of it before 2050.
const asn1Time = (ms) => new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')
