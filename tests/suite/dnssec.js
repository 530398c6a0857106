/**
 * The DNSSEC matrix through `lookup`: the status that unbound found (or that is right where the engine differs by design),
 * and the result byte for byte as Rust has it, by its SHA-256.
 */

import { equal } from './equal.js';

/** @returns {[id: string, attempt: () => Promise<void>][]} */
export function dnssecCases(mxseal, { groups, digests }) {
  return Object.entries(groups).flatMap(([name, group]) => {
    const messages = Object.fromEntries(Object.entries(group.messages).map(([key, text]) => [key.toLowerCase(), text]));
    return group.cases.map((one) => [`dnssec: ${name}/${one.id}`, () => judge(mxseal, { ...group, messages }, one, digests?.[`${name}/${one.id}`])]);
  });
}

/** How many there are. */
export function countDnssec({ groups }) {
  return Object.values(groups).reduce((sum, { cases }) => sum + cases.length, 0);
}

async function judge(mxseal, { messages, at, anchors, bounds }, { name, type, ours, unbound }, digest) {
  const result = await mxseal.lookup(name, type, { ...recorded(messages), at, anchors, ...bounds });
  equal(result.status, ours ?? unbound.status, 'status');
  if (!digest) throw new Error('Rust left no result: run the Rust tests first');
  const octets = new TextEncoder().encode(mxseal.stringify(result));
  const got = [...new Uint8Array(await crypto.subtle.digest('SHA-256', octets))].map((octet) => octet.toString(16).padStart(2, '0'));
  if (got.join('') !== digest) throw new Error(`not the octets of Rust: ${mxseal.stringify(result)}`);
}

/** A host that answers from the recording; a need comes just before its query. */
function recorded(messages) {
  const asked = new Map();
  return {
    onNeed: ({ query, name, type }) => asked.set(query, `${name} ${type}`.toLowerCase()),
    async dns(query) {
      const message = messages[asked.get(query)];
      if (message === undefined) throw new Error(`${asked.get(query)} is not recorded`);
      return Uint8Array.from(atob(message), (c) => c.charCodeAt(0));
    },
  };
}
