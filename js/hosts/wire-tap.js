/**
 * A stream between a socket and the TLS that runs over it, which keeps what the server sends until told to stop.
 * It changes nothing.
 */
import { Duplex } from 'node:stream';

/** OpenSSL takes a certificate list of 100 KB; a handshake has little else. */
const KEPT_OCTETS = 256 * 1024;

export class WireTap extends Duplex {
  #socket;
  /** @type {Buffer[] | null} null once stopped, or once too much came */
  #kept = [];
  #octets = 0;

  /** @param {import('node:net').Socket} socket nobody else may read it from now on */
  constructor(socket) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#octets += chunk.length;
      if (this.#octets > KEPT_OCTETS) this.#kept = null;
      this.#kept?.push(chunk);
      if (!this.push(chunk)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
    socket.resume();
  }

  /** @returns {Buffer} what came until now, empty if that was too much */
  stop() {
    const kept = Buffer.concat(this.#kept ?? []);
    this.#kept = null;
    return kept;
  }

  /** @override */
  _read() {
    this.#socket.resume();
  }

  /**
   * @override
   * @param {Buffer} chunk
   * @param {BufferEncoding} _
   * @param {(error?: Error | null) => void} done
   */
  _write(chunk, _, done) {
    this.#socket.write(chunk, done);
  }

  /**
   * @override
   * @param {() => void} done
   */
  _final(done) {
    this.#socket.end(done);
  }

  /**
   * @override
   * @param {Error | null} error
   * @param {(error?: Error | null) => void} done
   */
  _destroy(error, done) {
    this.#socket.destroy();
    done(error);
  }
}
