// A Postfix that sends (RFC 7672 as Postfix reads it): starts an instance of its own, hands it a message for each domain, and reads from its log
// what became of it. Its resolver stands in a mount namespace of its own (`unshare -m`), so it never asks the machine's. It judges nothing.
//
//   const postfix = await startSender({ folder, resolver: '127.0.0.54', ca })     // root; the resolver answers on port 53
//   const [outcome] = await postfix.deliver(['dane-good.lab'], { level: 'dane' })
//   const text = await postfix.command(['posttls-finger', …])                     // any command, before the same resolver
//   postfix.stop()
//
// An outcome is `{ domain, level, status, dsn, relay, reason, hosts, log }`: `status` is `sent`, `deferred` or `bounced`, as Postfix logs it;
// `hosts` are the TLS sessions made, in order, `[{ host, address, tls }]` with `tls` Postfix's word for the peer: `Verified`, `Trusted`,
// `Untrusted` or `Anonymous`; `log` is every line about this delivery. Each delivery is made once: what is deferred is dropped from the queue.
import { execFile, execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { configuration, LEVELS } from './configuration.mjs'

const LISTENER = { host: '127.0.0.60', port: 2525 }
// Its lock and random seed; Postfix opens them by full path as its own user, who may not be able to reach the state folder.
const DATA = '/run/mxseal-sender'
const PATIENCE_MS = 60e3

/** Starts the instance in `folder` (made anew). `resolver`: an address whose port 53 answers. `ca`: PEM file of the roots it trusts. */
export async function startSender({ folder, resolver, ca }) {
  if (process.getuid() !== 0) throw new Error('a Postfix of its own and a mount namespace need root')
  const state = resolve(folder)
  stop(state)
  rmSync(state, { recursive: true, force: true })
  for (const path of ['conf', 'queue']) mkdirSync(join(state, path), { recursive: true, mode: 0o755 })
  mkdirSync(DATA, { recursive: true })
  chownSync(DATA, Number(execFileSync('id', ['-u', 'postfix'])), 0)
  const files = configuration({ state, data: DATA, listener: LISTENER, ca: resolve(ca) })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(state, 'conf', name), text)
  writeFileSync(join(state, 'resolv.conf'), `nameserver ${resolver}\noptions trust-ad edns0 timeout:5 attempts:1\n`)
  await inNamespace(state, ['postfix', '-c', join(state, 'conf'), 'start'])
  await greeting(state)
  const command = (words) => inNamespace(state, words, { mayFail: true })
  return { command, deliver: (domains, { level = 'dane' } = {}) => deliver(state, domains, level), stop: () => stop(state) }
}

/** Runs a command that sees the sender's resolver, and gives what it prints on both streams. That there is no namespace to be had is an error. */
export async function inNamespace(state, command, { mayFail = false } = {}) {
  const script = 'mount --bind "$1" /etc/resolv.conf || exit 125; shift; PATH=$PATH:/usr/sbin:/sbin; exec "$@" 2>&1'
  const args = ['-m', '--propagation', 'private', 'sh', '-c', script, 'sh', join(state, 'resolv.conf'), ...command]
  try {
    return (await promisify(execFile)('unshare', args, { timeout: PATIENCE_MS })).stdout
  } catch (error) {
    if (mayFail && typeof error.code === 'number' && error.code !== 125) return error.stdout
    throw new Error(`${command.join(' ')}: ${error.stderr || error.stdout || error.message}`)
  }
}

async function deliver(state, domains, level) {
  if (!LEVELS[level]) throw new Error(`no such level \`${level}\`: ${Object.keys(LEVELS).join(', ')}`)
  const queued = await submit(domains, level)
  const until = Date.now() + PATIENCE_MS
  let outcomes = []
  while (outcomes.length < domains.length) {
    if (Date.now() > until) throw new Error(`Postfix gives no outcome for ${domains.filter((domain) => !outcomes.some((outcome) => outcome.domain === domain)).join(', ')}`)
    await new Promise((wake) => setTimeout(wake, 100))
    outcomes = read(state, queued, level)
  }
  execFileSync('/usr/sbin/postsuper', ['-c', join(state, 'conf'), '-d', '-'], { input: [...queued.keys(), ''].join('\n'), stdio: ['pipe', 'ignore', 'ignore'] })
  return domains.map((domain) => outcomes.find((outcome) => outcome.domain === domain))
}

// One SMTP session, a message a domain. The sender's local part names the transport, that is the level. Returns queue id → domain.
async function submit(domains, level) {
  const socket = connect(LISTENER)
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  const answer = async (code) => {
    for (;;) {
      const { value, done } = await lines.next()
      if (done || (value[3] !== '-' && !value.startsWith(code))) throw new Error(`submission: ${done ? 'the connection ended' : value}`)
      if (value[3] !== '-') return value
    }
  }
  const say = (text, code) => { socket.write(`${text}\r\n`); return answer(code) }
  const queued = new Map()
  await answer('220')
  await say('EHLO client.sender.invalid', '250')
  for (const domain of domains) {
    await say(`MAIL FROM:<${level}@sender.invalid>`, '250')
    await say(`RCPT TO:<postmaster@${domain}>`, '250')
    await say('DATA', '354')
    queued.set((await say('Subject: a message of the lab\r\n\r\nNobody reads it.\r\n.', '250')).match(/queued as (\S+)/)[1], domain)
  }
  await say('QUIT', '221')
  return queued
}

// A delivery agent works on one message at a time: what its process logged since its last outcome belongs to this one.
function read(state, queued, level) {
  const outcomes = []
  const pending = new Map()
  for (const line of readFileSync(join(state, 'postfix.log'), 'utf8').split('\n')) {
    const [, agent, text] = line.match(/ postfix\/([\w-]+\/\w+\[\d+\]|\w+\[\d+\]): (.*)/) ?? []
    if (!agent) continue
    const own = pending.get(agent) ?? []
    pending.set(agent, [...own, text])
    const [, id, relay, dsn, status, reason] = text.match(/^(\w+): to=<[^>]*>, relay=([^,]*), .*dsn=([\d.]+), status=(\w+) \((.*)\)$/) ?? []
    if (!id) continue
    const log = pending.get(agent)
    pending.delete(agent)
    if (!queued.has(id)) continue
    outcomes.push({ domain: queued.get(id), level, status, dsn, relay: relay === 'none' ? null : relay.replace(/\[.*/, ''), reason, hosts: log.flatMap(session), log })
  }
  return outcomes
}

function session(text) {
  const [, tls, host, address] = text.match(/^(\w+) TLS connection established to ([^[]+)\[([^\]]+)\]/) ?? []
  return tls ? [{ host, address, tls }] : []
}

async function greeting(state) {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; ) {
    const greets = await new Promise((done) => {
      const socket = connect(LISTENER)
      socket.once('data', () => { socket.end('QUIT\r\n'); done(true) }).once('error', () => done(false))
    })
    if (greets) return
    await new Promise((wake) => setTimeout(wake, 100))
  }
  throw new Error(`the sender does not greet: ${readFileSync(join(state, 'postfix.log'), 'utf8')}`)
}

// By the pid in its queue folder, after its identity is checked: the process works in that folder.
function stop(state) {
  const file = join(state, 'queue/pid/master.pid')
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  const runs = () => { try { return readlinkSync(`/proc/${pid}/cwd`) === join(state, 'queue') } catch { return false } }
  if (!pid || !runs()) return
  process.kill(pid)
  for (let i = 0; i < 100 && runs(); i += 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
  if (runs()) process.kill(pid, 'SIGKILL')
  rmSync(DATA, { recursive: true, force: true })
}
