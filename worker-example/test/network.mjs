/**
 * A network that exists only in a table: DNS questions by name and type, policy files by URL. It answers what the
 * Worker or the page asks, in the wire format that the real one uses, and keeps a list of what was asked.
 */

import dnsPacket from 'dns-packet';
import { answerOfRoot } from './signed-root.mjs';

/**
 * @typedef {{ status?: number, contentType?: string, body?: string | Uint8Array, location?: string }} PolicyFile
 * @typedef {{ records: Record<string, Record<string, unknown[] | 'SERVFAIL'>>, policies: Record<string, PolicyFile> }} Table
 */

export class Network {
  /** @type {string[]} `name TYPE` of a question, or a URL */
  asked = [];

  constructor(/** @type {Table} */ table) {
    this.table = table;
  }

  /** The answer to a request that leaves the Worker, or reaches a DNS-over-HTTPS server. @returns {Response} */
  answer(/** @type {string} */ href) {
    const url = new URL(href);
    const query = url.searchParams.get('dns');
    if (url.pathname === '/dns-query' && query !== null) {
      const message = this.resolve(Buffer.from(query, 'base64url'));
      return new Response(message, { headers: { 'content-type': 'application/dns-message' } });
    }
    this.asked.push(href);
    const policy = this.table.policies[href];
    if (policy === undefined) throw new Error(`nothing is at ${href}`);
    const { status = 200, contentType = 'text/plain', body = '', location } = policy;
    return new Response(body, { status, headers: { 'content-type': contentType, ...(location && { location }) } });
  }

  /** RFC 1035 in and out. A name without records of any type does not exist (RFC 8020). */
  resolve(/** @type {Uint8Array} */ query) {
    const { id, questions } = dnsPacket.decode(Buffer.from(query));
    const [{ name, type }] = questions;
    this.asked.push(`${name} ${type}`);
    const flags = dnsPacket.RECURSION_DESIRED | dnsPacket.RECURSION_AVAILABLE;
    const root = answerOfRoot(name.toLowerCase(), type);
    if (root !== null) return dnsPacket.encode({ type: 'response', id, flags, questions, ...root });
    const answers = [];
    let owner = name.toLowerCase();
    for (let alias; (alias = this.table.records[owner]?.CNAME?.[0]) !== undefined && type !== 'CNAME'; owner = alias) {
      answers.push({ type: 'CNAME', name: owner, ttl: TTL, data: alias });
    }
    const found = this.table.records[owner]?.[type] ?? [];
    if (found !== 'SERVFAIL') answers.push(...found.map((data) => ({ type, name: owner, ttl: TTL, data })));
    const rcode = found === 'SERVFAIL' ? 2 : this.exists(owner) ? 0 : 3;
    return dnsPacket.encode({ type: 'response', id, flags: flags | rcode, questions, answers });
  }

  exists(/** @type {string} */ name) {
    return Object.keys(this.table.records).some((key) => key === name || key.endsWith(`.${name}`));
  }
}

/** An evidence file as such a network: the recorded answer to each recorded question, to the octet. */
export class RecordedNetwork extends Network {
  constructor(/** @type {any} */ evidence) {
    super({ records: {}, policies: {} });
    this.messages = new Map();
    for (const { need, answer } of evidence.answers) {
      if (need.kind === 'dns' && answer.kind === 'dns') this.messages.set(key(need), Buffer.from(answer.message, 'base64'));
      if (need.kind === 'policy' && answer.kind === 'policy') {
        const { httpStatus: status, contentType, body } = answer;
        this.table.policies[need.url] = { status, contentType, body: Buffer.from(body, 'base64') };
      }
    }
  }

  /** Several as one: of one question the first answer counts. */
  static of(/** @type {any[]} */ recordings) {
    return new RecordedNetwork({ answers: recordings.flatMap(({ answers }) => answers).reverse() });
  }

  resolve(/** @type {Uint8Array} */ query) {
    const [question] = dnsPacket.decode(Buffer.from(query)).questions;
    this.asked.push(`${question.name} ${question.type}`);
    const message = this.messages.get(key(question));
    if (message === undefined) throw new Error(`no answer to ${key(question)} was recorded`);
    return message;
  }
}

/** The engine writes the root as `.`. */
function key({ name, type }) {
  return `${name.toLowerCase().replace(/(?<=.)\.$/, '')} ${type}`;
}

const TTL = 300;
