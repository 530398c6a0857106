/**
 * A list of domains as it is uploaded: a stream of lines, in text/plain (a domain a line), text/csv (first column) or
 * application/jsonl (a string, or an object with `domain`). It is never held whole. A line that is no domain is an
 * entry with its reason; blank lines are none. Who is a domain is the engine's to say.
 */

import { Check, MxsealError } from 'mxseal';
import { CHARACTERS_A_WRITE, LINES_A_WRITE, LINE_CHARACTERS, SHOWN_CHARACTERS } from './scan-limits.ts';

/** `reason` is null where `domain` is one; else `domain` is the line as far as it is shown. */
export type Entry = { line: number; domain: string; reason: string | null };
export type ListFormat = 'text' | 'csv' | 'jsonl';

/** By the media type; null for one that is no list. */
export function listFormat(contentType: string | null): ListFormat | null {
  switch (contentType?.split(';')[0]?.trim().toLowerCase()) {
    case 'text/plain':
      return 'text';
    case 'text/csv':
      return 'csv';
    case 'application/jsonl':
    case 'application/x-ndjson':
    case 'application/x-jsonlines':
      return 'jsonl';
    default:
      return null;
  }
}

/** The entries in groups that one write takes. */
export async function* entries(body: ReadableStream<Uint8Array>, format: ListFormat): AsyncGenerator<Entry[]> {
  let group: Entry[] = [];
  let characters = 0;
  let number = 0;
  for await (const lines of linesOf(body)) {
    for (const line of lines) {
      number += 1;
      if (line.trim() === '' || (format === 'csv' && number === 1 && isHeader(line))) continue;
      const next = { line: number, ...entry(line, format) };
      group.push(next);
      characters += next.domain.length + (next.reason?.length ?? 0) + EXTRA_CHARACTERS;
      if (group.length < LINES_A_WRITE && characters < CHARACTERS_A_WRITE) continue;
      yield group;
      [group, characters] = [[], 0];
    }
  }
  if (group.length > 0) yield group;
}

/** Lines of what each chunk completes, cut where they are too long, without their ends. */
async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    // One character more than is read says that the line is too long; the others are of no use.
    rest = (lines.pop() ?? '').slice(0, LINE_CHARACTERS + 1);
    yield lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield [rest];
}

function entry(line: string, format: ListFormat): { domain: string; reason: string | null } {
  if (line.length > LINE_CHARACTERS) return refused(line, `a line has at most ${LINE_CHARACTERS} characters`);
  const text = FIELD[format](line.trim());
  if (text === null) return refused(line, 'no JSON string and no object with a string `domain`');
  return domainOf(text);
}

const FIELD: Record<ListFormat, (line: string) => string | null> = {
  text: (line) => line,
  csv: (line) => firstColumn(line),
  jsonl(line) {
    try {
      const value: unknown = JSON.parse(line);
      const domain = typeof value === 'object' && value !== null && 'domain' in value ? value.domain : value;
      return typeof domain === 'string' ? domain : null;
    } catch {
      return null;
    }
  },
};

/** RFC 4180 §2, but that a field does not hold a line's end. */
function firstColumn(line: string): string {
  const quoted = /^"((?:[^"]|"")*)"/.exec(line)?.[1];
  return (quoted === undefined ? (line.split(',', 1)[0] ?? '') : quoted.replaceAll('""', '"')).trim();
}

function isHeader(line: string): boolean {
  return /^domain$/i.test(firstColumn(line));
}

/** The domain as the engine names it: A-labels, lower case, no dot at the end. */
function domainOf(text: string): { domain: string; reason: string | null } {
  // A name that has this form already needs no engine: asking it takes 200 µs, and a million would take minutes.
  if (text.length <= 253 && PLAIN.test(text)) return { domain: text, reason: null };
  try {
    const check = new Check(text);
    const { domain } = check.evidence;
    check.free();
    return { domain, reason: null };
  } catch (error) {
    if (error instanceof MxsealError) return refused(text, error.message);
    throw error;
  }
}

function refused(text: string, reason: string): { domain: string; reason: string } {
  return { domain: shown(text), reason: shown(reason) };
}

/** Without what a database or a terminal would take for more than text. */
function shown(given: string): string {
  const text = given.toWellFormed().replace(/[\x00-\x1f\x7f]/g, '\uFFFD');
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

/** A line's number, quotes and commas. */
const EXTRA_CHARACTERS = 20;
/** Labels of a-z, 0-9 and inner `-` with a dot between, the last with a letter first. */
const PLAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
