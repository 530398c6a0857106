/**
 * An SMTP client's side of a dialogue over any stream: commands out, whole replies in (RFC 5321 §4.2), bounded.
 * It knows the form of replies and of an EHLO reply (§4.1.1.1), not what they are for.
 */

/** @typedef {{ code: number, lines: string[] }} Reply */

/** A line may have 512 octets (RFC 5321 §4.5.3.1.5); some servers go over it. */
const LINE_OCTETS = 2048;
/** The longest EHLO replies have some thirty lines. */
const REPLY_OCTETS = 32 * 1024;

/** A trouble of the dialogue, with a short code: a reply's own, or a word. */
export class SmtpError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** A dialogue; `close` it before the stream is used for anything else. */
export class SmtpDialogue {
  #stream;
  #signal;
  /** Octets that belong to no reply yet. */
  #received = Buffer.alloc(0);
  /** @type {Error | null} why no more will come */
  #ended = null;
  #wake = () => {};

  /**
   * @param {import('node:stream').Duplex} stream
   * @param {AbortSignal} signal ends all waiting, with its reason
   */
  constructor(stream, signal) {
    this.#stream = stream;
    this.#signal = signal;
    stream.on('data', this.#onData).on('error', this.#onError).on('end', this.#onClose).on('close', this.#onClose);
    signal.addEventListener('abort', this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
  }

  /** Whether octets came that no reply was waited for. */
  get surplus() {
    return this.#received.length > 0;
  }

  /**
   * @param {string} line without its end
   * @returns {Promise<Reply>}
   */
  command(line) {
    if (!this.#ended) this.#stream.write(`${line}\r\n`);
    return this.reply();
  }

  /**
   * The next reply, all its lines (RFC 5321 §4.2.1).
   * @returns {Promise<Reply>}
   */
  async reply() {
    /** @type {string[]} */
    const lines = [];
    let [code, octets] = ['', 0];
    for (;;) {
      const line = await this.#line();
      const [, digits = '', dash, text = ''] = /^(\d{3})(?:([ -])(.*))?$/.exec(line) ?? [];
      if (digits === '' || (code !== '' && digits !== code)) {
        throw new SmtpError('invalid-reply', `not a line of an SMTP reply: \`${printable(line).slice(0, 80)}\``);
      }
      octets += line.length;
      if (octets > REPLY_OCTETS) throw new SmtpError('invalid-reply', `the reply is longer than ${REPLY_OCTETS} octets`);
      code = digits;
      lines.push(printable(text));
      if (dash !== '-') return { code: Number(code), lines };
    }
  }

  /**
   * EHLO and what it offers.
   * @param {string} name
   * @returns {Promise<{ reply: Reply, keywords: string[] }>} keywords in upper case
   */
  async ehlo(name) {
    const reply = await this.command(`EHLO ${name}`);
    const offers = reply.lines.slice(1); // the first line greets
    return { reply, keywords: offers.map((offer) => offer.trim().split(/\s+/)[0]?.toUpperCase() ?? '') };
  }

  /** Lets the stream go as it is. */
  close() {
    const stream = this.#stream;
    stream.off('data', this.#onData).off('error', this.#onError).off('end', this.#onClose).off('close', this.#onClose);
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#end(new SmtpError('closed', 'the dialogue is over'));
  }

  /** @returns {Promise<string>} one line without its end; a bare LF ends one too */
  async #line() {
    for (;;) {
      const end = this.#received.indexOf('\n');
      if (end > LINE_OCTETS || (end < 0 && this.#received.length > LINE_OCTETS)) {
        throw new SmtpError('invalid-reply', `a reply line is longer than ${LINE_OCTETS} octets`);
      }
      if (end >= 0) {
        const line = this.#received.toString('latin1', 0, end).replace(/\r$/, '');
        this.#received = this.#received.subarray(end + 1);
        return line;
      }
      if (this.#ended) throw this.#ended;
      await new Promise((resolve) => (this.#wake = () => resolve(undefined)));
    }
  }

  /** @param {Buffer} chunk */
  #onData = (chunk) => {
    this.#received = Buffer.concat([this.#received, chunk]);
    this.#wake();
    if (this.#received.length <= 2 * REPLY_OCTETS) return;
    this.#stream.pause();
    this.#end(new SmtpError('invalid-reply', 'the server sends more than it was asked for'));
  };
  /** @param {Error} error */
  #onError = (error) => this.#end(error);
  #onClose = () => this.#end(new SmtpError('closed', 'the server closed the connection'));
  #onAbort = () => this.#end(this.#signal.reason);

  /** @param {Error} why */
  #end(why) {
    this.#ended ??= why;
    this.#wake();
  }
}

/**
 * @param {string} text
 * @returns {string} with `?` for all that a terminal or a report should not get
 */
function printable(text) {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
