/** DNS messages for the tests, put together by hand after RFC 1035 §4.1. */

/**
 * @param {string} name
 * @param {{ id?: number, type?: number }} [o]
 * @returns {Uint8Array} a query, recursion desired
 */
export function query(name, { id = 0, type = 15 } = {}) {
  const labels = name.split('.').filter(Boolean);
  const owner = labels.flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Uint8Array.of(id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...owner, 0, 0, type, 0, 1);
}

/**
 * @param {Uint8Array} asked
 * @param {{ truncated?: boolean, id?: number, rest?: number[] }} [o] `rest`: octets behind the question
 * @returns {Uint8Array} a response to it
 */
export function response(asked, { truncated = false, id, rest = [] } = {}) {
  const message = Uint8Array.of(...asked, ...rest);
  message[2] = 0x81 | (truncated ? 0x02 : 0);
  message[3] = 0x80;
  if (id !== undefined) message.set([id >> 8, id & 255]);
  return message;
}
