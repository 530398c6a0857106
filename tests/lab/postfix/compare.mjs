// A real Postfix and mxseal about every domain of the running lab: who delivers, to which host, verified or not; and posttls-finger about the
// TLSA record that matches. Prints the table and holds it to be table.md, as it was when it was last written (`--record` writes it anew).
// A difference must stand in differences.json with its reason; one that stands there and is none fails too.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { domains } from '../build/table.mjs'
import { lab, state } from '../engine.mjs'
import { finger } from './finger.mjs'
import { ours } from './ours.mjs'
import { startSender } from './sender.mjs'

// What a verdict's word means to a queue.
const STATUS = { deliver: 'sent', 'deliver-unprotected': 'sent', defer: 'deferred', fail: 'bounced', unknown: 'deferred' }
const LEVELS = ['dane', 'dane-signed-mx', 'may']
const here = (name) => new URL(name, import.meta.url)
const listed = JSON.parse(readFileSync(here('differences.json'), 'utf8'))
const names = domains.map(({ name }) => name)

const postfix = await startSender({ folder: join(state, 'sender'), resolver: lab.dns.split(':')[0], ca: lab.ca })
const theirs = {}
const rows = []
try {
  await Promise.all(LEVELS.map(async (level) => { theirs[level] = await postfix.deliver(names, { level }) }))
  const queue = [...names.entries()]
  await Promise.all(Array.from({ length: 6 }, () => work(queue)))
} finally {
  postfix.stop()
}

async function work(queue) {
  for (let next = queue.shift(); next; next = queue.shift()) {
    const [index, domain] = next
    const mine = await ours(domain)
    const seen = mine.pinned.length > 0 ? await finger(postfix, domain, lab.ca) : null
    rows[index] = { domain, mine, seen, his: Object.fromEntries(LEVELS.map((level) => [level, theirs[level][index]])) }
  }
}

const problems = []
const open = new Map(listed.map((row) => [`${row.domain} ${row.of}`, row.reason]))
const counts = {}
const lines = rows.map(line)
for (const key of open.keys()) problems.push(`${key}: listed as a difference, and there is none`)

function line({ domain, mine, his, seen }) {
  const notes = new Map()
  const hold = (of, theirWord, ourWord) => {
    counts[of] ??= { agree: 0, differ: 0 }
    const key = `${domain} ${of}`
    const same = theirWord === ourWord
    counts[of][same ? 'agree' : 'differ'] += 1
    if (same) return
    if (!open.has(key)) problems.push(`${key}: Postfix ${theirWord}, mxseal ${ourWord}`)
    else notes.set(open.get(key), [...(notes.get(open.get(key)) ?? []), of])
    open.delete(key)
  }
  for (const level of ['dane', 'dane-signed-mx']) hold(level, words(his[level]), words(mine[level]))
  hold('senders.dane', his.dane.status, STATUS[mine.senders.dane.action])
  hold('senders.opportunistic', his.may.status, STATUS[mine.senders.opportunistic.action])
  if (seen) hold('posttls-finger', matchOf(seen), matchOf(mine.pinned.find(({ host }) => host === (seen.host ?? host))))
  const reason = his.dane.status === 'sent' ? '' : ` ${plain(his.dane.reason)}`
  return `| ${[domain.replace(/\.lab$/, ''), `${words(his.dane)}${reason}`, words(mine.dane), words(his.may), seen ? matchOf(seen) : '', [...notes].map(([why, ofs]) => `${ofs.map((of) => `\`${of}\``).join(', ')}: ${why}`).join('; ') || 'agree'].join(' | ')} |`
}

function words({ status, relay, tls, hosts }) {
  if (status !== 'sent') return status
  const word = hosts ? hosts.at(-1)?.host === relay ? hosts.at(-1).tls : null : tls
  return `sent to ${relay.replace(/\.lab$/, '')}, ${word === 'Verified' ? 'verified' : word ? 'encrypted' : 'in the clear'}`
}

function matchOf({ base, tls, authenticated, matched } = {}) {
  if (!base) return 'no records'
  if (!(authenticated ?? (tls === 'Verified' || (tls === 'Trusted' && matched)))) return 'no match'
  return matched ? `${matched.record.slice(0, 5)} at depth ${matched.depth}, ${base.replace(/\.lab$/, '')}` : 'verified, by no record'
}

// What changes with every run: addresses, ports, queue ids.
function plain(reason) {
  return `(${reason.replace(/\[[\d.]+\](:25)?/g, '').replace(/Name service error for /, '').replaceAll('|', '\\|')})`
}

const total = (of) => `${of} ${counts[of].agree} of ${counts[of].agree + counts[of].differ}`
const table = `# Postfix and mxseal

Written by \`compare.mjs --record\`, and held to be true by \`make lab-test\`. Postfix sends with \`smtp_tls_security_level = dane\`, then with \`may\`; mxseal
is asked as a sender of the same kind (\`insecureMx: 'dane'\`, no MTA-STS). The last columns: what \`posttls-finger -l dane\` matched, and whether both agree
(also for \`smtp_tls_dane_insecure_mx_policy = may\` against \`insecureMx: 'skip'\`, and for \`verdict.senders\`). Names are those of \`domains.json\`, without \`.lab\`.

Agreement: ${Object.keys(counts).map(total).join(' · ')}.

| domain | Postfix \`dane\` | mxseal | Postfix \`may\` | posttls-finger | |
|---|---|---|---|---|---|
${lines.join('\n')}
`
if (process.argv.includes('--record')) writeFileSync(here('table.md'), table)
console.log(table)
const kept = (() => { try { return readFileSync(here('table.md'), 'utf8') } catch { return '' } })()
if (kept !== table) {
  const known = new Set(kept.split('\n'))
  problems.push(`table.md is not what was just seen: ${table.split('\n').filter((row) => !known.has(row)).join('\n')}`)
}
for (const problem of problems) console.error(problem)
console.log(`${Object.keys(counts).map(total).join(', ')}; ${listed.length} differences listed, ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1
