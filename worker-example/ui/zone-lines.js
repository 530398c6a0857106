/**
 * Lines of a zone (RFC 1035 §5.1) and the output of `dig`, which are such lines between comments: owner, type, data.
 * Relative names, `$` directives and types that nobody judges here stay as they are.
 */

/** @typedef {{ owner: string, type: string, data: string }} ZoneRecord a TXT record's strings joined, without quotes */

/** @param {string} text @returns {{ records: ZoneRecord[], said: string[] }} `said`: what dig tells of the answer */
export function zoneLines(text) {
  const said = [...text.matchAll(/^;; (?:->>HEADER<<- .*?status: ([A-Z]+)|flags: ([a-z ]+);)/gm)].map(([, status, flags]) =>
    status ? `status ${status}` : `flags ${flags}`,
  );
  const records = [];
  for (const line of joined(text)) {
    const [, owner, type, data] = LINE.exec(line) ?? [];
    if (owner === undefined || type === undefined || data === undefined) continue;
    const upper = type.toUpperCase();
    records.push({
      owner: owner.toLowerCase().replace(/\.$/, ''),
      type: upper,
      data: upper === 'TXT' ? strings(data) : data.trim(),
    });
  }
  return { records, said };
}

/** Without comments, and with parentheses resolved. @param {string} text */
function joined(text) {
  let depth = 0;
  let line = '';
  const lines = [];
  for (const raw of text.split(/\r?\n/)) {
    let quoted = false;
    for (let at = 0; at < raw.length; at += 1) {
      const c = raw[at] ?? '';
      if (c === '\\') line += c + (raw[(at += 1)] ?? '');
      else if (c === '"') ((quoted = !quoted), (line += c));
      else if (!quoted && c === ';') break;
      else if (!quoted && c === '(') depth += 1;
      else if (!quoted && c === ')') depth = Math.max(0, depth - 1);
      else line += c;
    }
    if (depth > 0) {
      line += ' ';
      continue;
    }
    lines.push(line);
    line = '';
  }
  return [...lines, line];
}

/** Quoted or bare, with `\X` and `\DDD`. @param {string} data */
function strings(data) {
  const parts = data.match(/"(?:\\[\s\S]|[^"\\])*"|\S+/g) ?? [];
  return parts
    .map((part) =>
      part
        .replace(/^"|"$/g, '')
        .replace(/\\(\d{3}|[\s\S])/g, (_, escaped) => (escaped.length === 3 ? String.fromCharCode(Number(escaped)) : escaped)),
    )
    .join('');
}

const LINE =
  /^(\S+)\s+(?:\d+\s+)?(?:(?:IN|CH)\s+)?(?:\d+\s+)?(TXT|TLSA|MX|A|AAAA|CNAME|NS|SOA|DS|DNSKEY|RRSIG|NSEC3?|CAA|DNAME)\s+(\S.*)$/i;
