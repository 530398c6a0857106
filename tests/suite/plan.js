/** The rows of publish.json and rollover.json through the JavaScript API; tests/vectors/README.md has their format. */

import { equal } from './equal.js';

/** @returns {[id: string, attempt: () => void][]} */
export function planCases(mxseal, { publish, rollover, certificates }) {
  const made = maker(certificates);
  return [
    ...publish.map((row) => [`publish: ${row.id} (${row.clause})`, () => published(mxseal, row, made)]),
    ...rollover.map((row) => [`rollover: ${row.id} (${row.clause})`, () => planned(mxseal, row, made)]),
  ];
}

/** How many there are. */
export function countPlans({ publish, rollover }) {
  return publish.length + rollover.length;
}

function published(mxseal, { input, expect }, { expand, text }) {
  const { value, findings } = mxseal.publishSts(expand(input));
  equal(findings.map(briefly), expect.findings, 'findings');
  if (expect.value === null) return equal(value, null, 'value');
  const { policy, changed, records } = value;
  const got = { changed, id: policy.id, policy: policy.text, records: records.map(({ line }) => line.replace(policy.id, '{id}')) };
  for (const [name, want] of Object.entries(expect.value)) equal(got[name], Array.isArray(want) ? want.map(text) : want, name);
}

function planned(mxseal, { input, expect: { steps, findings, ...rest } }, { expand, text }) {
  const plan = mxseal.planRollover(expand(input));
  equal(plan.findings.map(briefly), findings, 'findings');
  for (const [name, want] of Object.entries(rest)) equal(plan[name], want, name);
  if (!steps) return;
  equal(plan.steps.length, steps.length, 'steps');
  steps.forEach((step, index) => {
    const { wait, records, policy, ...own } = plan.steps[index];
    const got = { ...own, seconds: wait.seconds, until: wait.until, records: records.map(({ data }) => data), policy: policy && policy.text };
    for (const [name, want] of Object.entries(step)) equal(got[name], name === 'records' ? want.map(text) : want, `step ${index} ${name}`);
  });
}

function briefly({ code, severity }) {
  return { code, severity };
}

/** Puts octets and records where the rows have names. */
export function maker(certificates) {
  const der = (name) => Uint8Array.from(atob(certificates[name].der), (c) => c.charCodeAt(0));
  /** `3 1 1 leaf-a` as the record. */
  const text = (line) => line.replace(/(\d) (\d \d) ([a-z0-9-]+)$/, (all, usage, rest, name) => (certificates[name]?.[rest] ? `${usage} ${rest} ${certificates[name][rest]}` : all));
  const expand = (value) => {
    if (typeof value === 'string') return certificates[value] ? der(value) : text(value);
    if (Array.isArray(value)) return value.map(expand);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, name === 'policy' ? one : expand(one)]));
  };
  return { expand, text };
}
