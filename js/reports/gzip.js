/** gzip (RFC 1952) by the platform's streams. What inflates beyond a bound stops there: no more than a slice of it is held. */

/** Octets that go in at once: gzip makes at most some 1,030 times as many of them. */
const SLICE = 1024;

/**
 * @param {Uint8Array} octets
 * @returns {Promise<Uint8Array>}
 */
export async function gzip(octets) {
  const parts = await collect(slices(octets, octets.length || 1).pipeThrough(transform(new CompressionStream('gzip'))), Infinity);
  return join(/** @type {Uint8Array[]} */ (parts));
}

/**
 * @param {Uint8Array} octets
 * @param {number} most octets that may come out
 * @returns {Promise<Uint8Array | null>} null where more would; rejects for what is no whole gzip file
 */
export async function gunzip(octets, most) {
  const parts = await collect(slices(octets, SLICE).pipeThrough(transform(new DecompressionStream('gzip'))), most);
  return parts && join(parts);
}

/** @param {Uint8Array} octets */
export function isGzip(octets) {
  return octets[0] === 0x1f && octets[1] === 0x8b;
}

/**
 * Pulled slice by slice, so that nothing inflates which nobody reads.
 * @param {Uint8Array} octets
 * @param {number} length
 * @returns {ReadableStream<Uint8Array>}
 */
function slices(octets, length) {
  let at = 0;
  return new ReadableStream(
    {
      pull(controller) {
        if (at < octets.length) controller.enqueue(octets.slice(at, at + length));
        at += length;
        if (at >= octets.length) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/**
 * The platforms' types differ in what a stream takes.
 * @param {CompressionStream | DecompressionStream} stream
 * @returns {ReadableWritablePair<Uint8Array, Uint8Array>}
 */
function transform(stream) {
  return /** @type {any} */ (stream);
}

/**
 * @param {ReadableStream<Uint8Array>} stream
 * @param {number} most
 */
async function collect(stream, most) {
  const reader = stream.getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return parts;
    size += value.length;
    if (size > most) {
      await reader.cancel().catch(() => {});
      return null;
    }
    parts.push(value);
  }
}

/** @param {Uint8Array[]} parts */
function join(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}
