/** What ends when, of all that was seen: certificates, signatures, the policy in senders' caches. It says dates, not rules. */

import { inOrder } from './chain.js';

/** @typedef {{ at: string, what: string, then: string }} Deadline */

/**
 * @param {import('mxseal').Verdict} verdict
 * @param {import('./chain.js').Trust | null} trust
 * @param {typeof import('mxseal/check')} engine
 * @returns {Deadline[]} the earliest first
 */
export function deadlines({ facts, at }, trust, engine) {
  return [...certificates(facts, engine), ...signatures(trust), ...policies(facts, at, engine)].sort((a, b) =>
    a.at.localeCompare(b.at),
  );
}

/** @param {import('mxseal').Facts} facts @param {typeof import('mxseal/check')} engine @returns {Deadline[]} */
function certificates({ hosts }, engine) {
  const found = new Map();
  for (const { host, sessions } of hosts) {
    if (sessions.kind !== 'observed') continue;
    for (const { chain } of sessions.sessions) {
      chain.forEach((der, depth) => {
        const described = read(der, engine);
        if (described === null) return;
        const what = depth === 0 ? `The certificate of ${host} ends` : `The authority above the certificate of ${host} ends`;
        found.set(`${host} ${described.sha256}`, {
          at: described.notAfter,
          what,
          then: depth === 0 ? 'a sender that checks it would stop there' : described.subject,
        });
      });
    }
  }
  return [...found.values()];
}

/** @param {Uint8Array} der @param {typeof import('mxseal/check')} engine */
function read(der, engine) {
  try {
    return engine.describeCertificate(der);
  } catch {
    return null;
  }
}

/** The root and the top-level domains renew theirs themselves. @param {import('./chain.js').Trust | null} trust @returns {Deadline[]} */
function signatures(trust) {
  if (trust === null) return [];
  /** @type {Map<string, { at: string, types: Set<string> }>} */
  const bySigner = new Map();
  for (const { link, questions } of inOrder(trust.top)) {
    for (const { signer, expiration, typeCovered } of [
      ...link.signatures,
      ...questions.flatMap((question) => question.signatures),
    ]) {
      if (!signer.includes('.') || signer === '.') continue;
      const one = bySigner.get(signer) ?? { at: expiration, types: new Set() };
      if (expiration < one.at) one.at = expiration;
      one.types.add(typeCovered);
      bySigner.set(signer, one);
    }
  }
  return [...bySigner].map(([signer, { at, types }]) => ({
    at,
    what: `A signature of ${signer} ends`,
    then: `over ${[...types].join(', ')}; unless it is renewed before, senders that validate treat the zone as not to be believed`,
  }));
}

/** @param {import('mxseal').Facts} facts @param {string} at @param {typeof import('mxseal/check')} engine @returns {Deadline[]} */
function policies({ policy: { answer, cached } }, at, engine) {
  const kept =
    cached?.policy != null && cached.fetchedAt !== null
      ? [
          {
            at: plus(cached.fetchedAt, cached.policy.maxAge),
            what: 'The policy that was kept from before ends',
            then: 'unless it is fetched again before',
          },
        ]
      : [];
  const policy = answer === null ? null : engine.classifyFetch(answer).policy;
  if (policy === null) return kept;
  return [
    ...kept,
    {
      at: plus(at, policy.maxAge),
      what: 'A sender that fetches the policy now keeps it until then',
      then: `mode ${policy.mode}; whatever is published meanwhile, it may go by this policy`,
    },
  ];
}

/** @param {string} iso @param {number} seconds */
export function plus(iso, seconds) {
  return new Date(Date.parse(iso) + seconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
