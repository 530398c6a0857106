/** What a re-check found changed: the engine's comparison of the verdict now with that of the evidence before. */

import { Check, compare } from 'mxseal';
import type { Verdict } from 'mxseal';
import type { Env } from './env.ts';
import { readEvidence } from './scan-evidence.ts';
import { CHANGES_A_DOMAIN, CHANGE_CHARACTERS } from './scan-limits.ts';
import { ScanStore } from './scan-store.ts';
import type { Change } from './scan-store.ts';

/** Changes of these domains since the scan `previous`; none for a domain whose evidence is gone. */
export async function changesOf(previous: string, done: { verdict: Verdict | null }[], env: Env): Promise<Change[]> {
  const verdicts = done.map(({ verdict }) => verdict).filter((verdict) => verdict !== null);
  const places = await new ScanStore(env.DB).evidence(previous, verdicts.map(({ domain }) => domain));
  const byKey = Map.groupBy(places, ({ evidence }) => evidence);
  const changes: Change[] = [];
  for (const [key, those] of byKey) {
    const files = await readEvidence(env.RAW, key, new Set(those.map(({ domain }) => domain)));
    for (const after of verdicts) {
      const before = files.get(after.domain);
      if (before === undefined) continue;
      const findings = compare(Check.replay(before), after).slice(0, CHANGES_A_DOMAIN);
      changes.push(...findings.map(({ code, severity, subject, message, clause }, place) => ({ domain: after.domain, place, code, severity, subject, message: message.slice(0, CHANGE_CHARACTERS), clause })));
    }
  }
  return changes;
}
