/**
 * A mail as DKIM sees it: its header fields as they stand, and its canonical forms (RFC 6376 §3.4).
 * Text here is one character an octet.
 */

/** `raw` ends with its line; `name` in lower case; `value` unfolded not at all. */
export type Field = { name: string; value: string; raw: string };

export function splitMail(mail: Uint8Array): { head: string; body: string } {
  let text = '';
  for (let at = 0; at < mail.length; at += 0x8000) text += String.fromCharCode(...mail.subarray(at, at + 0x8000));
  // RFC 6376 §5.3: what came over SMTP has CRLF; a store in between may have taken the CR.
  const lines = text.replace(/\r?\n/g, '\r\n');
  const end = lines.indexOf('\r\n\r\n');
  return end < 0 ? { head: lines, body: '' } : { head: lines.slice(0, end + 2), body: lines.slice(end + 4) };
}

export function headerFields(head: string): Field[] {
  return (head.match(/[^\r\n][^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*/g) ?? []).flatMap((raw) => {
    const colon = raw.indexOf(':');
    return colon < 1 ? [] : [{ raw, name: raw.slice(0, colon).trimEnd().toLowerCase(), value: raw.slice(colon + 1) }];
  });
}

/** RFC 6376 §3.4.3, §3.4.4, §3.7: SHA-256 of the body, in base64. */
export async function bodyHashOf(body: string, relaxed: boolean): Promise<string> {
  const lines = relaxed ? body.replace(/[ \t]+/g, ' ').replace(/ (?=\r\n|$)/g, '') : body;
  const text = lines.replace(/(?:\r\n)+$/, '');
  // An empty body is one empty line in the simple form, and nothing in the relaxed one.
  const whole = text === '' ? (relaxed ? '' : '\r\n') : `${text}\r\n`;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', octets(whole)));
  return btoa(String.fromCharCode(...digest));
}

/**
 * RFC 6376 §3.7, §5.4.2: the named fields, of a name that stands twice the last one first, then the signature's own
 * field without its value of `b` and without its line's end.
 */
export function signedOctets(signature: Field, names: string[], fields: Field[], relaxed: boolean): Uint8Array {
  const left = fields.filter((field) => field !== signature).reverse();
  const form = relaxed ? relaxedForm : ({ raw }: Field) => raw;
  const signed = names.flatMap((wanted) => {
    const at = left.findIndex(({ name }) => name === wanted);
    return at < 0 ? [] : left.splice(at, 1);
  });
  const own = { ...signature, raw: withoutSignature(signature.raw), value: withoutSignature(signature.value) };
  return octets(signed.map(form).join('') + form(own).replace(/\r\n$/, ''));
}

/** RFC 6376 §3.4.2. */
function relaxedForm({ name, value }: Field): string {
  return `${name}:${value.replace(/\r\n/g, '').replace(/[ \t]+/g, ' ').trim()}\r\n`;
}

/** The value of `b`, and of no tag that ends in b. */
function withoutSignature(text: string): string {
  return text.replace(/((?:^|[;:])\s*b\s*=)[^;]*?(?=;|\r\n$|$)/, '$1');
}

function octets(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
