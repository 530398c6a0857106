/**
 * The file of recorded rows. `blobs` holds each octet string once: in base64, or, where it is close to an earlier one,
 * as `[that one, at, octets left out there, what stands there instead]`. A row is `[algorithm, what, key, message,
 * signature, 1 for good or 0 for bad]`, the three by their place in `blobs`.
 */

/** @typedef {{ first?: boolean, algorithm: string, what: string, key: Buffer, message: Buffer, signature: Buffer, good: boolean }} Row */

/** @param {Row[]} rows in groups of likes, each group behind its first */
export function pack(rows) {
  const blobs = [];
  const places = new Map();
  const octets = [];
  const place = (blob, near) => {
    const known = places.get(blob.toString('base64'));
    if (known !== undefined) return known;
    blobs.push(shortest(blob, near, octets));
    places.set(blob.toString('base64'), octets.length);
    return octets.push(blob) - 1;
  };
  let first = null;
  const packed = rows.map((row) => {
    if (row.first) first = null;
    const of = ['key', 'message', 'signature'].map((part, at) => place(row[part], first?.[at]));
    first ??= of;
    return [row.algorithm, row.what, ...of, row.good ? 1 : 0];
  });
  const lines = (list) => list.map((item) => `    ${JSON.stringify(item)}`).join(',\n');
  return `{\n  "blobs": [\n${lines(blobs)}\n  ],\n  "rows": [\n${lines(packed)}\n  ]\n}\n`;
}

/** @returns {Row[]} */
export function unpack(text) {
  const { blobs, rows } = JSON.parse(text);
  const octets = [];
  for (const blob of blobs) {
    if (typeof blob === 'string') {
      octets.push(Buffer.from(blob, 'base64'));
    } else {
      const [near, at, out, instead] = blob;
      const base = octets[near];
      octets.push(Buffer.concat([base.subarray(0, at), Buffer.from(instead, 'base64'), base.subarray(at + out)]));
    }
  }
  return rows.map(([algorithm, what, key, message, signature, verdict]) => (
    { algorithm, what, key: octets[key], message: octets[message], signature: octets[signature], good: verdict === 1 }));
}

function shortest(blob, near, octets) {
  const whole = blob.toString('base64');
  if (near === undefined) return whole;
  const base = octets[near];
  const least = Math.min(base.length, blob.length);
  let start = 0;
  while (start < least && base[start] === blob[start]) start += 1;
  let end = 0;
  while (end < least - start && base[base.length - 1 - end] === blob[blob.length - 1 - end]) end += 1;
  const splice = [near, start, base.length - start - end, blob.subarray(start, blob.length - end).toString('base64')];
  return JSON.stringify(splice).length < whole.length ? splice : whole;
}
