// What `mxseal publish` makes, served by real servers, and a change of key by the steps of `mxseal rollover`: between all steps three senders look,
// the engine's own command line, Postfix (posttls-finger) and OpenSSL, through a resolver that caches. Then the naive order, which stops mail until
// caches forget; and the same change at a TTL of an hour, with the chains that Postfix showed and the clock moved over caches of every age.
// usage: node tests/lab/rollover/check.mjs [STATE-FOLDER]      root; some 60 s
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import * as mxseal from 'mxseal'
import { clock, keyEvents, seconds, sweepKeys } from '../../plan/sweep.mjs'
import { ADDRESS, DOMAIN, HOST, startServers } from './servers.mjs'

const CLI = fileURLToPath(new URL('../../../js/cli.js', import.meta.url))
const TTL = 2
const given = process.argv[2]
const folder = given ? resolve(given) : mkdtempSync(join(tmpdir(), 'mxseal-rollover-'))
let held = 0
const lab = await startServers(folder)
const network = ['--dns', `${ADDRESS.resolver}:53`, '--anchors', lab.path('anchors'), '--allow-private', '--timeout', '8']
try {
  await everything()
  console.log(`rollover: ${held} looks as expected`)
} finally {
  lab.stop()
  if (!given) rmSync(folder, { recursive: true, force: true })
}

async function everything() {
  // What is published is judged protected by the engine, and taken by Postfix and OpenSSL.
  const published = JSON.parse(cli('publish', DOMAIN, '--goal', 'enforce', '--max-age', '86400', '--cert', `${HOST}=${lab.path('a.pem')}`, '--ca', lab.path('ca.pem'),
    '--rua', `mailto:tls@${DOMAIN}`, '--policy-host', ADDRESS.web, '--ttl', String(TTL), '--policy-out', lab.path('published.txt'), '--json').out).value
  const others = published.records.filter(({ type }) => type !== 'TLSA').map(({ line }) => line)
  const first = published.records.filter(({ type }) => type === 'TLSA').map(({ line }) => line)
  await lab.serve(readFileSync(lab.path('published.txt'), 'utf8'))
  await lab.publish([...others, ...first])
  await sleep(2 * TTL * 1000)
  expect('published', look(), 'delivers')
  expect('published, the roots asked', [finger('secure')], 'delivers')
  const sessions = { a: session() }

  // The change of key, each step at its date and no sooner.
  const change = ['rollover', HOST, '--current', lab.path('a.pem'), '--next', lab.path('b.pem'), '--ttl', String(TTL), '--live', ...network]
  let since = new Date().toISOString()
  let plan = ask(change, since)
  equal(plan.steps.map(({ code }) => code), ['publish-records', 'deploy-chain', 'finish-records'], 'the steps')
  for (let index = 0; index < plan.steps.length; index += 1) {
    equal(plan.at, index, 'the step to do')
    const step = plan.steps[index]
    do expect(`before ${step.code}`, look(), 'delivers')
    while (Date.now() < Date.parse(step.notBefore) && (await sleep(150)) === undefined)
    if (step.records.length > 0) await lab.publish([...others, ...step.records.map(({ line }) => line)])
    else await lab.show('b')
    since = new Date().toISOString()
    expect(`after ${step.code}`, look(), 'delivers')
    // The resolver may still tell the world of before; the plan asks it only then.
    await sleep((TTL + 1) * 1000)
    plan = ask(change, since)
  }
  equal(plan.at, plan.steps.length, 'all steps')
  expect('at the end', look(), 'delivers')
  sessions.b = session()

  // The naive order: the key, then its record.
  const naive = ['rollover', HOST, '--current', lab.path('b.pem'), '--next', lab.path('c.pem'), '--ttl', String(TTL), '--live', ...network]
  await lab.show('c')
  expect('the key replaced first', look(), 'stops')
  const told = ask(naive, since, 1)
  equal(told.findings.some(({ code }) => code === 'rollover-key-first'), true, 'the plan says so')
  equal(told.steps[0].code, 'restore-chain', 'and what to do')
  const [late] = cli('tlsa', lab.path('c.pem'), '--host', HOST, '--ttl', String(TTL)).out.split('\n')
  lab.ask(ADDRESS.resolver, 53, `_25._tcp.${HOST}`, 'TLSA')
  await lab.publish([...others, late])
  expect('its record published, caches not over', look(), 'stops')
  await lab.publish([...others, ...plan.steps[2].records.map(({ line }) => line)])
  await lab.show('b')
  await sleep((TTL + 1) * 1000)
  expect('put back', look(), 'delivers')

  swept(sessions)
}

/** An hour's TTL and the clock moved: the engine's judgement of the sessions that were held, with caches of every age. */
function swept({ a, b }) {
  const chain = (name) => mxseal.certificatesFromPem(readFileSync(lab.path(`${name}.pem`), 'utf8'))
  const [current, next] = [chain('a'), chain('b')]
  const record = (leaf) => mxseal.formatTlsa(mxseal.tlsaFor(leaf))
  const at = clock(Math.floor(Date.now() / 1000) + 20 * 86400)
  const tlsa = [record(current[0])]
  const plan = mxseal.planRollover({ kind: 'tlsa', host: HOST, tlsa, current, next, ttl: 3600, at })
  const delivers = (set, shown, when) => {
    const { host, session } = shown === next ? b : a
    const records = set.map((text) => mxseal.parseTlsa(text).value)
    return mxseal.judgeSession({ host: { ...host, tlsa: records }, session, at: when }).action.startsWith('deliver')
  }
  const { tried, failures } = sweepKeys(keyEvents(plan, { tlsa, chain: current }, next), 3600, delivers)
  equal(failures, [], 'no cache breaks a step')
  const start = { at: seconds(at) - 1e6, tlsa, chain: current }
  const naive = sweepKeys([start, { at: seconds(at), chain: next }, { at: seconds(at) + 60, tlsa: [record(next[0])] }], 3600, delivers)
  equal(naive.failures.length > 0, true, 'the naive order breaks some')
  equal(naive.failures.every((failure) => seconds(failure.at) <= seconds(at) + 60 + 3600), true, 'until caches forget')
  console.log(`rollover: ${tried} senders with caches of every age deliver; in the naive order ${naive.failures.length} of ${naive.tried} do not`)
}

/** The host and the session as a check has them. */
function session() {
  const verdict = JSON.parse(cli('check', DOMAIN, '--json', ...network, '--starttls', '--ca', lab.path('ca.pem')).out)
  const { webPki, ...seen } = verdict.facts.hosts[0].sessions.sessions[0]
  const bytes = (text) => new Uint8Array(Buffer.from(text, 'base64'))
  const [host] = verdict.hosts
  return { host: { ...host, session: null }, session: { ...seen, chain: seen.chain.map(bytes) } }
}

/** Each sender: whether it would deliver, and its words. */
function look() {
  return [engine(), finger('dane-only'), openssl()]
}

function engine() {
  const { out, code } = cli('check', DOMAIN, '--json', ...network, '--starttls', '--ca', lab.path('ca.pem'))
  const verdict = out ? JSON.parse(out) : null
  const good = code === 0 && verdict?.posture === 'protected' && verdict.hosts.every(({ conformance }) => conformance === 'met') &&
    ['mta-sts', 'dane', 'dane+mta-sts'].every((profile) => verdict.senders[profile].action === 'deliver')
  const words = verdict && { posture: verdict.posture, findings: verdict.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message), mx: verdict.facts.mx.security }
  return { who: 'mxseal check', good, words: JSON.stringify(words) }
}

// Its resolver stands in a mount namespace of its own, so it never asks the machine's.
function finger(level) {
  const script = 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"'
  const { stdout, stderr } = spawnSync('unshare', ['-m', '--propagation', 'private', 'sh', '-c', script, 'sh', lab.path('resolv.conf'),
    '/usr/sbin/posttls-finger', '-c', '-t', '10', '-T', '10', '-l', level, '-F', lab.path('ca.pem'), '-L', 'summary,verbose', DOMAIN],
  { encoding: 'utf8', timeout: 30e3, env: { ...process.env, MAIL_CONFIG: lab.path('postfix/conf') } })
  return { who: `posttls-finger -l ${level}`, good: /Verified TLS connection established/.test(stdout + stderr), words: (stdout + stderr).slice(-600) }
}

function openssl() {
  const records = lab.ask(ADDRESS.resolver, 53, `_25._tcp.${HOST}`, 'TLSA')
  const rrdata = records.flatMap((record) => ['-dane_tlsa_rrdata', record])
  const { stdout, stderr } = spawnSync('openssl', ['s_client', '-starttls', 'smtp', '-connect', `${ADDRESS.mail}:25`, '-dane_tlsa_domain', HOST, ...rrdata, '-verify_return_error', '-brief'],
    { input: 'QUIT\n', encoding: 'utf8', timeout: 30e3, env: { ...process.env, OPENSSL_CONF: '/dev/null' } })
  return { who: 'openssl s_client', good: records.length > 0 && /Verification: OK/.test(stdout + stderr), words: (stdout + stderr).slice(-600) }
}


function ask(change, since, code = 0) {
  const result = cli(...change, '--since', since, '--json')
  equal(result.code, code, `exit code of ${change.slice(0, 2).join(' ')}: ${result.err}`)
  return JSON.parse(result.out)
}

function cli(...args) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8', timeout: 60e3, maxBuffer: 1 << 26 })
  return { out: stdout, err: stderr, code: status }
}

function expect(when, looks, what) {
  for (const { who, good, words } of looks) {
    if (good !== (what === 'delivers')) throw new Error(`${when}: ${who} ${good ? 'delivers' : 'does not deliver'}, and was to see that it ${what}: ${words}`)
    held += 1
  }
}

function equal(got, want, what) {
  if (JSON.stringify(got) !== JSON.stringify(want)) throw new Error(`${what}: got ${JSON.stringify(got)}, wanted ${JSON.stringify(want)}`)
  held += 1
}
