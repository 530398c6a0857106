/**
 * A PolicyStore in a folder, one JSON file a domain, so that policies outlive a restart (RFC 8461 §5.1, §10.2: a policy
 * lost is a downgrade). A file is replaced whole or not at all, and one that cannot be read counts as absent.
 * It keeps what it is given; what is in force is the engine's to say. Whoever writes the folder is trusted.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidArgument } from '../hosts/mistake.js';
import { keyOf } from './key.js';

/** @typedef {import('../types.d.ts').CachedPolicy} CachedPolicy */
/** @typedef {import('../types.d.ts').PolicyStore} PolicyStore */

/** A policy of 64 KiB, its lines and its patterns twice over, escaped in JSON. */
const FILE_OCTETS = 1024 * 1024;

/** File systems take names of 255 octets; the temporary name adds 43. */
const NAME_OCTETS = 200;

/**
 * @param {string} path the folder; made with the first entry
 * @returns {PolicyStore} `get` never rejects; `set` rejects where the folder cannot be written
 */
export function fileStore(path) {
  if (typeof path !== 'string' || path === '') throw invalidArgument('`path` is not the path of a folder');
  /** @type {Map<string, Promise<void>>} the last write of each file, so that a later one never loses to an earlier */
  const writes = new Map();

  return {
    async get(domain) {
      try {
        const key = keyOf(domain);
        const stored = JSON.parse(await readBounded(join(path, fileName(key))));
        return stored?.domain === key && isEntry(stored.entry) ? stored.entry : null;
      } catch {
        return null;
      }
    },
    async set(domain, entry) {
      const key = keyOf(domain);
      const [name, text] = [fileName(key), `${JSON.stringify({ domain: key, entry })}\n`];
      const write = (writes.get(name) ?? Promise.resolve()).catch(() => {}).then(() => replace(path, name, text));
      writes.set(name, write);
      try {
        await write;
      } finally {
        if (writes.get(name) === write) writes.delete(name);
      }
    },
  };
}

/**
 * A name that stays in the folder: no separator, no leading dot, one case, bounded.
 * @param {string} key
 * @returns {string}
 */
function fileName(key) {
  const safe = encodeURIComponent(key).replace(/^\.|[*'()!~]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `${safe.length <= NAME_OCTETS ? safe.toLowerCase() : createHash('sha256').update(key).digest('hex')}.json`;
}

/**
 * @param {string} file
 * @returns {Promise<string>}
 */
async function readBounded(file) {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    if (size > FILE_OCTETS) throw new Error('the file is too long');
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/**
 * Writes beside the file and renames over it: a reader sees the old one or the new one.
 * @param {string} folder
 * @param {string} name
 * @param {string} text
 */
async function replace(folder, name, text) {
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${name}.${randomUUID()}`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, join(folder, name));
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
}

/**
 * Whether a parsed file has the shape of an entry. Its values are the engine's to judge.
 * @param {any} entry
 * @returns {entry is CachedPolicy}
 */
function isEntry(entry) {
  if (!isRecord(entry) || !textOrNull(entry.id) || !textOrNull(entry.fetchedAt)) return false;
  const { policy, largestMaxAge, lastAttempt } = entry;
  if (!Number.isSafeInteger(largestMaxAge) || largestMaxAge < 0) return false;
  if (lastAttempt !== null && !isAttempt(lastAttempt)) return false;
  return policy === null || isPolicy(policy);
}

/** @param {any} a */
const isAttempt = (a) => isRecord(a) && typeof a.at === 'string' && textOrNull(a.id) && typeof a.outcome === 'string';

/** @param {any} p */
const isPolicy = (p) =>
  isRecord(p) &&
  ['enforce', 'testing', 'none'].includes(p.mode) &&
  Number.isSafeInteger(p.maxAge) &&
  isTexts(p.mx) &&
  isTexts(p.lines) &&
  Array.isArray(p.extensions) &&
  p.extensions.every((/** @type {unknown} */ e) => isTexts(e) && e.length === 2);

/** @param {unknown} value @returns {value is unknown[]} */
const isTexts = (value) => Array.isArray(value) && value.every((one) => typeof one === 'string');

/** @param {unknown} value */
const textOrNull = (value) => value === null || typeof value === 'string';

/** @param {unknown} value */
const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
