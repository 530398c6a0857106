/**
 * Who signed a mail: the domains of its DKIM signatures that hold (RFC 6376, RFC 8463), as far as TLS reports need them.
 * A signature over a part of the body (`l=`) does not hold (RFC 8460 §3), nor does one with SHA-1 (RFC 8301 §3.1).
 * It says nothing of signatures that do not hold; the keys come from the DNS as the engine judges it.
 */

import { lookup } from 'mxseal';
import { bodyHashOf, headerFields, signedOctets, splitMail } from './dkim-mail.ts';
import type { Field } from './dkim-mail.ts';
import { dnsHost, options } from './env.ts';
import type { Env } from './env.ts';

/** In lower case, each once. Throws where the DNS gave no answer about a key, so that the mail can come again. */
export async function dkimSigners(mail: Uint8Array, env: Env, at: Date): Promise<string[]> {
  const { head, body } = splitMail(mail);
  const fields = headerFields(head);
  const signatures = fields.filter(({ name }) => name === 'dkim-signature').slice(0, SIGNATURES);
  const holds = await Promise.all(signatures.map((signature) => verify(signature, fields, body, env, at)));
  return [...new Set(holds.filter((domain) => domain !== null))];
}

/** The signing domain, or null. */
async function verify(signature: Field, fields: Field[], body: string, env: Env, at: Date): Promise<string | null> {
  const tags = tagList(signature.value);
  if (tags === null) return null;
  const { v, a, b, bh, c = 'simple/simple', d, h, i, l, s, x } = tags;
  const algorithm = ALGORITHMS[a?.toLowerCase() ?? ''];
  if (v !== '1' || algorithm === undefined || !b || !bh || !d || !h || !s || l !== undefined) return null;
  if (!NAME.test(d) || !NAME.test(s)) return null;
  const domain = d.toLowerCase();
  const identity = (i ?? `@${domain}`).split('@').at(-1)!.toLowerCase();
  if (identity !== domain && !identity.endsWith(`.${domain}`)) return null;
  const expired = x !== undefined && !(Number(x) * 1000 >= at.getTime());
  const names = h.split(':').map((name) => name.trim().toLowerCase());
  // RFC 6376 §5.4: From is always signed.
  if (expired || !names.includes('from')) return null;
  const [headerForm = 'simple', bodyForm = 'simple'] = c.toLowerCase().split('/');
  if (![headerForm, bodyForm].every((form) => form === 'simple' || form === 'relaxed')) return null;
  if ((await bodyHashOf(body, bodyForm === 'relaxed')) !== bh.replace(/\s/g, '')) return null;
  const signed = signedOctets(signature, names, fields, headerForm === 'relaxed');
  const key = await publicKey(`${s}._domainkey.${domain}`, algorithm, identity === domain, env, at);
  const signature64 = octetsOf(b);
  if (key === null || signature64 === null) return null;
  // RFC 8463 §3: Ed25519 signs the digest; RSA's digest is made within.
  const message = algorithm.name === 'Ed25519' ? await crypto.subtle.digest('SHA-256', signed) : signed;
  return (await crypto.subtle.verify(algorithm, key, signature64, message)) ? domain : null;
}

/** The key of a selector (RFC 6376 §3.6.1), or null where there is none that fits. */
async function publicKey(name: string, algorithm: SubtleCryptoImportKeyAlgorithm, exact: boolean, env: Env, at: Date): Promise<CryptoKey | null> {
  const { anchors } = options(env);
  const found = await lookup(name, 'TXT', { dns: dnsHost(env), anchors, at, signal: AbortSignal.timeout(LOOKUP_MS) });
  if (found.status === 'bogus' || found.status === 'indeterminate' || !['NOERROR', 'NXDOMAIN'].includes(found.rcode)) {
    throw new Error(`the DNS gave no answer about the key ${name}`);
  }
  for (const { type, data } of found.records.slice(0, KEYS)) {
    const tags = type === 'TXT' ? tagList(textOf(data)) : null;
    if (tags === null || (tags.v ?? 'DKIM1') !== 'DKIM1') continue;
    const { k = 'rsa', p, h, s = '*', t = '' } = tags;
    const octets = octetsOf(p ?? '');
    const kind = algorithm.name === 'Ed25519' ? 'ed25519' : 'rsa';
    if (octets === null || octets.length === 0 || k.toLowerCase() !== kind) continue;
    if (h !== undefined && !list(h).includes('sha256')) continue;
    // RFC 8460 §3: a key may be for reports only, or for any mail.
    if (!list(s).some((service) => service === '*' || service === 'tlsrpt' || service === 'email')) continue;
    if (list(t).includes('s') && !exact) continue;
    const key = await crypto.subtle.importKey(kind === 'rsa' ? 'spki' : 'raw', octets, algorithm, false, ['verify']).catch(() => null);
    if (key !== null && (kind !== 'rsa' || (key.algorithm as CryptoKeyRsaKeyAlgorithm).modulusLength >= RSA_BITS)) return key;
  }
  return null;
}

/** RFC 6376 §3.2; null where a tag stands twice or is none. Folds and blanks around values are none of theirs. */
function tagList(text: string): Partial<Record<string, string>> | null {
  const tags: Record<string, string> = Object.create(null);
  for (const part of text.split(';')) {
    if (part.trim() === '') continue;
    const [, name, value] = /^\s*([a-z]\w*)\s*=\s*([^]*?)\s*$/i.exec(part) ?? [];
    if (name === undefined || value === undefined || name in tags) return null;
    tags[name] = value;
  }
  return tags;
}

/** TXT data in presentation form: its strings, joined (RFC 1035 §5.1). */
function textOf(data: string): string {
  const strings = data.match(/"(?:[^"\\]|\\.)*"/g) ?? [data];
  const unescape = (text: string) => text.replace(/\\(\d{3}|.)/g, (_, code: string) => (code.length === 3 ? String.fromCharCode(Number(code)) : code));
  return strings.map((text) => unescape(text.replace(/^"|"$/g, ''))).join('');
}

const list = (text: string) => text.split(':').map((word) => word.trim().toLowerCase());

function octetsOf(base64: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(base64.replace(/\s/g, '')), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

const ALGORITHMS: Record<string, SubtleCryptoImportKeyAlgorithm & { name: string }> = {
  'rsa-sha256': { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  'ed25519-sha256': { name: 'Ed25519' },
};
/** Labels of letters, digits, hyphens and underscores. */
const NAME = /^(?=.{1,253}$)(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/i;
/** RFC 8301 §3.2. */
const RSA_BITS = 1024;
/** A mail has one or two; each costs a look-up and a verification. */
const SIGNATURES = 4;
const KEYS = 4;
const LOOKUP_MS = 20_000;
