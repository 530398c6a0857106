/**
 * The panel where things are pasted or dropped and judged right here. It asks nobody: all that it needs is loaded by the
 * time it is shown.
 */

import { engine } from './checker.js';
import { byId, element } from './element.js';
import { judged } from './local-judge.js';
import { recognise } from './recognise.js';
import { reportReader } from './reports.js';

/**
 * `present`: the verdict that the page shows, for reports to be explained by it.
 * @typedef {{ onEvidence(evidence: import('mxseal').Evidence, name: string): Promise<void>, present(): import('mxseal').Verdict | null }} LocalOptions
 */

/**
 * @param {HTMLElement} place
 * @param {LocalOptions} o
 */
export async function localPanel(place, { onEvidence, present }) {
  const ready = await engine();
  reportReader().catch(() => {}); // warm; a failure is shown by the report that needs it
  const area = element('textarea', {
    id: 'local-text',
    rows: '7',
    spellcheck: 'false',
    autocomplete: 'off',
    'aria-describedby': 'local-note',
  });
  const files = element('input', { type: 'file', id: 'local-file', multiple: true });
  const output = element('div', { class: 'local-result' });
  const heard = element('p', { class: 'visually-hidden', role: 'status' });
  let turn = 0;

  /** @param {{ bytes: Uint8Array, name: string }[]} items */
  const judge = async (items) => {
    const mine = (turn += 1);
    const recognised = items.map(({ bytes, name }) => ({
      name,
      what: bytes.length > MOST ? /** @type {const} */ ({ kind: 'unknown' }) : recognise(bytes),
    }));
    const evidence = recognised.find(({ what }) => what.kind === 'evidence');
    if (evidence?.what.kind === 'evidence') return showEvidence(evidence.what.evidence, evidence.name);
    const result = await judged(recognised, ready, present()).catch((error) => ({
      said: '',
      sections: [element('p', { class: 'field-error' }, `It could not be judged: ${error.message}`)],
    }));
    if (mine !== turn) return;
    output.replaceChildren(...result.sections);
    heard.textContent = result.said;
  };
  const showEvidence = async (/** @type {import('mxseal').Evidence} */ evidence, /** @type {string} */ name) => {
    try {
      await onEvidence(evidence, name);
      output.replaceChildren(element('p', {}, `${name} is a recorded check of ${evidence.domain}; its verdict stands below.`));
      heard.textContent = '';
    } catch (error) {
      output.replaceChildren(
        element(
          'p',
          { class: 'field-error' },
          `${name} is no evidence that can be replayed: ${/** @type {Error} */ (error).message}`,
        ),
      );
    }
  };
  const judgeFiles = async (/** @type {Blob[]} */ blobs, /** @type {string[]} */ names) =>
    judge(
      await Promise.all(
        blobs.map(async (blob, index) => ({
          bytes: new Uint8Array(await blob.slice(0, MOST + 1).arrayBuffer()),
          name: names[index] ?? 'the file',
        })),
      ),
    );

  let timer = 0;
  area.addEventListener('input', () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => judge([{ bytes: new TextEncoder().encode(area.value), name: 'what was pasted' }]), PAUSE_MS);
  });
  files.addEventListener('change', () =>
    judgeFiles(
      [...(files.files ?? [])],
      [...(files.files ?? [])].map(({ name }) => name),
    ),
  );
  const clear = element('button', { type: 'button' }, 'Clear');
  clear.addEventListener('click', () => {
    area.value = files.value = '';
    void judge([]);
    area.focus();
  });
  place.replaceChildren(
    element('label', { for: 'local-text' }, 'Paste it here, or drop files anywhere on this page'),
    area,
    element('div', { class: 'files' }, element('label', { for: 'local-file' }, 'or choose files'), files, clear),
    element(
      'p',
      { class: 'aside', id: 'local-note' },
      'A policy file, TXT or TLSA records, a PEM chain, output of dig, lines of a zone, TLS reports (JSON, gzip or the whole mail), ' +
        'or evidence that mxseal recorded. It is recognised by its content and judged in this page; nothing of it leaves the page.',
    ),
    heard,
    output,
  );
  byId('local').dataset.ready = '';
  return {
    judge: (/** @type {File[]} */ dropped) =>
      judgeFiles(
        dropped,
        dropped.map(({ name }) => name),
      ),
  };
}

/** More is no report (RFC 8460 §3 bounds them for receivers at some ten megabytes), nor anything else here. */
const MOST = 20 * 1024 * 1024;
const PAUSE_MS = 120;
