/**
 * A DnsHost for Node: UDP first, TCP where the answer was cut short or none came (RFC 1035 §4.2, RFC 7766 §5),
 * one server after the other. The exchange itself is in `dns-exchange.js`.
 * It reads id, question and the TC bit; the rest of a message is the engine's.
 */
import { randomInt } from 'node:crypto';
import { isIP } from 'node:net';
import { overTcp, overUdp, questionEnd } from './dns-exchange.js';
import { causeOf, failure, oneLine } from './failure.js';
import { invalidArgument, record, shown } from './mistake.js';
import { milliseconds, tries, within } from './time-limit.js';

/** @typedef {import('../types.d.ts').DnsHost} DnsHost */
/** @typedef {import('./dns-exchange.js').Server} Server */

const TIMEOUT_MS = 5_000;
const PORT = 53;

/**
 * @param {object} o
 * @param {string | string[]} o.server addresses in the order they are tried, `127.0.0.1:53`, `[::1]:53`, or without a port;
 *   never a name, which something would have to resolve
 * @param {number} [o.timeoutMs] for one exchange over UDP or TCP, 5,000 by default
 * @param {number} [o.retries] further rounds over all servers, 1 by default
 * @returns {DnsHost} it settles within (retries + 1) × servers × 2 × timeoutMs
 * @throws {MxsealError} `ERR_INVALID_ARGUMENT`, as for what is no address
 * @example
 * const dns = udp({ server: ['127.0.0.1:53', '[::1]:53'] });
 */
export function udp(o) {
  const { server, timeoutMs, retries } = record(o, 'options');
  const servers = [server ?? []].flat().map(parseServer);
  if (servers.length === 0) throw invalidArgument('`server` names no resolver');
  const [limitMs, again] = [milliseconds(timeoutMs, TIMEOUT_MS), tries(retries, 1)];

  return async (query, { signal } = {}) => {
    if (!(query instanceof Uint8Array) || questionEnd(query) === null) throw invalidArgument('the query is no DNS message with one question');
    /** @type {Map<Server, unknown>} */
    const errors = new Map();
    for (let round = 0; round <= again; round += 1) {
      for (const one of servers) {
        try {
          return await ask(one, query, limitMs, signal);
        } catch (error) {
          if (signal?.aborted) throw signal.reason;
          errors.set(one, error);
        }
      }
    }
    const words = [...errors].map(([one, error]) => `${one.address} port ${one.port}: ${oneLine(error)}`);
    const last = [...errors.values()].at(-1);
    throw failure(causeOf(last, 'connect'), `no resolver answered (${words.join('; ')})`, last);
  };
}

/**
 * UDP, then TCP if that brought nothing whole.
 * @param {Server} server
 * @param {Uint8Array} query
 * @param {number} limitMs
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<Uint8Array>}
 */
async function ask(server, query, limitMs, signal) {
  try {
    const message = await within(limitMs, signal, (inner) => overUdp(server, withRandomId(query), inner));
    const truncated = ((message[2] ?? 0) & 0x02) !== 0; // RFC 2181 §9: the rest of it is not to be used
    if (!truncated) return withId(message, query);
  } catch (error) {
    if (signal?.aborted) throw error;
  }
  return withId(await within(limitMs, signal, (inner) => overTcp(server, withRandomId(query), inner)), query);
}

/**
 * @param {Uint8Array} query
 * @returns {Uint8Array} with an id nobody can foresee (RFC 5452 §9.2)
 */
function withRandomId(query) {
  const id = randomInt(0x1_0000);
  return withId(query, Uint8Array.of(id >> 8, id & 0xff));
}

/**
 * @param {Uint8Array} message
 * @param {Uint8Array} other
 * @returns {Uint8Array} a copy of the message under the id of the other
 */
function withId(message, other) {
  const copy = Uint8Array.from(message);
  copy.set(other.subarray(0, 2));
  return copy;
}

/**
 * @param {unknown} given
 * @returns {Server}
 */
function parseServer(given) {
  const text = typeof given === 'string' ? given : '';
  const whole = isIP(text) !== 0 ? [text, text, undefined] : null;
  const [, address = '', digits] =
    whole ?? /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(text) ?? /^([\d.]+):(\d{1,5})$/.exec(text) ?? [];
  const [family, port] = [isIP(address), digits === undefined ? PORT : Number(digits)];
  if (family === 0 || port < 1 || port > 65_535) throw invalidArgument(`\`server\`: ${shown(given)} is no address and port of a resolver, such as 127.0.0.1:53`);
  return { address, port, family: family === 6 ? 6 : 4 };
}
