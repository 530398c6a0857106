// What mxseal says of the same deliveries: a walk over the plan of a sender that knows DANE and no MTA-STS, by the judgement of each session,
// and what verdict.senders says without looking at any.
import { decide, formatTlsa, verifyDane } from '../../../js/index.js'
import { observe } from '../engine.mjs'

const HERE = { allowPrivateAddresses: true }

/** One look at the network; verdicts of a half-dane sender, as Postfix is, and of one that keeps to RFC 7672 §2.2.1. */
export async function ours(domain) {
  const half = await observe(domain, { insecureMx: 'dane' }, { sts: false, timeoutMs: 3000 })
  const strict = decide(half.facts, HERE)
  return { dane: walk(half), 'dane-signed-mx': walk(strict), senders: half.senders, pinned: half.hosts.flatMap((host, index) => pinned(host, half.facts.hosts[index], half.at)) }
}

/** `{ status, relay, tls }` in Postfix's words. `tls` is null in the clear, `Verified` by DANE behind signed MX records (without them Postfix says
 * no more than `Trusted`, since whoever forged them chose the host), `unverified` otherwise. */
function walk({ hosts, action, facts }) {
  for (const [index, { host, requirement, session }] of hosts.entries()) {
    if (!session?.action.startsWith('deliver')) continue
    const encrypted = facts.hosts[index].sessions.sessions.some(({ starttls, error }) => starttls && !error)
    return { status: 'sent', relay: host, tls: requirement === 'dane' && facts.mx.security.status === 'secure' ? 'Verified' : encrypted ? 'unverified' : null }
  }
  return { status: action === 'fail' ? 'bounced' : 'deferred', relay: null, tls: null }
}

/** The host's TLSA records held against the chain it showed. */
function pinned({ host, requirement, tlsaBase, tlsa, referenceNames }, { sessions }, at) {
  const chain = sessions.sessions?.find((session) => session.chain.length > 0)?.chain
  if (requirement !== 'dane' || !chain) return []
  const { status, matched } = verifyDane({ tlsa, chain, names: referenceNames, at })
  const record = matched && formatTlsa(tlsa[matched.index]).toUpperCase()
  return [{ host, base: tlsaBase, authenticated: status === 'authenticated', matched: matched && { record, depth: matched.depth } }]
}
