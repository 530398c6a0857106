/** The rows of tests/vectors through the JavaScript API; tests/vectors/README.md has their format. */

import { equal } from './equal.js';

/** @returns {[id: string, attempt: () => void][]} */
export function vectorCases(mxseal, vectors) {
  const cases = [];
  for (const [file, evaluate] of Object.entries(FILES)) {
    if (!vectors[file]) throw new Error(`${file}.json is missing`);
    for (const row of vectors[file]) {
      cases.push([`${file}: ${row.id} (${row.clause})`, () => compare(evaluate(mxseal, row.input), row.expect)]);
    }
  }
  return cases;
}

/** How many rows there are; for the runner to know that none was lost. */
export function countVectors(vectors) {
  return Object.keys(FILES).reduce((sum, file) => sum + vectors[file].length, 0);
}

const FILES = {
  'sts-record': (m, input) => m.parseStsRecord(input.rrset.map(text)),
  'sts-policy': (m, input) => m.parseStsPolicy(octets(input)),
  'mx-match': (m, input) => ({ matched: m.matchMx(input.patterns, input.host) }),
  'sts-fetch': (m, { answer, lenientContentType }) =>
    m.classifyFetch(answer.body ? { ...answer, body: octets(answer.body) } : answer, lenientContentType),
  'sts-cache': (m, input) => m.nextCacheState(input),
  'tlsrpt-record': (m, input) => m.parseTlsRptRecord(input.rrset.map(text)),
  'tlsrpt-report': (m, input) => m.parseReport(octets(input)),
  tlsa: (m, input) => {
    const { value, findings } = m.parseTlsa(input.wire === undefined ? input.text : decode(input.wire));
    return { value: value && { ...value, data: hex(value.data) }, findings };
  },
};

function compare(got, { findings: wanted = [], value, ...rest }) {
  for (const [name, want] of Object.entries(rest)) equal(got[name], want, name);
  if (value === null) equal(got.value, null, 'value');
  for (const [name, want] of Object.entries(value ?? {})) equal(got.value?.[name], want, `value.${name}`);
  const findings = got.findings ?? [];
  equal(findings.map(({ code }) => code), wanted.map(({ code }) => code), 'codes');
  wanted.forEach((want, index) => {
    const { severity, span, remedy } = findings[index];
    equal(severity, want.severity, `${want.code} severity`);
    if (want.line !== undefined) equal(span?.line, want.line, `${want.code} line`);
    if (want.column !== undefined) equal(span?.column, want.column, `${want.code} column`);
    if (want.remedy !== undefined) equal(remedy, want.remedy, `${want.code} remedy`);
  });
}

function octets(input) {
  if (typeof input === 'string') return new TextEncoder().encode(input);
  if (input.base64 !== undefined) return decode(input.base64);
  if (input.repeat !== undefined) {
    const parts = input.repeat.flatMap(([one, count]) => Array(count).fill(octets(one)));
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
    return all;
  }
  return new TextEncoder().encode(input.text);
}

/** A record as a check hands it on: U+FFFD for what is not UTF-8. */
function text(input) {
  return typeof input === 'string' ? input : new TextDecoder('utf-8', { ignoreBOM: true }).decode(octets(input));
}

function decode(base64) {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
