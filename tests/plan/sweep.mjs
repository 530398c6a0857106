/**
 * Senders with caches of every age, against the steps of a plan: when each step is done, a resolver may have what was
 * published up to a TTL before, and a sender a policy up to its `max_age`. Pure: the clock is a number, the world a list of
 * events. What a sender then does is the engine's judgement (`judgeSession`, `verifyDane`, `nextCacheState`, `matchMx`).
 */

/** @typedef {{ at: number, [part: string]: unknown }} Event at: seconds since 1970; the other members replace what was */

export const seconds = (time) => Date.parse(time) / 1000;
export const clock = (at) => new Date(at * 1000).toISOString();

/** The world after the last event at or before `at`. @param {Event[]} events @param {number} at */
export function worldAt(events, at) {
  return Object.assign({}, ...events.filter((event, index) => index === 0 || event.at <= at));
}

/** When each step is done: as early as its date and the wait before it allow, but after the step before. */
function done(steps) {
  let free = seconds(steps[0].notBefore);
  return steps.map((step) => {
    const at = Math.max(free, seconds(step.notBefore));
    // Two seconds at least, so that somebody can look in between.
    free = at + Math.max(step.wait.seconds, 2);
    return { step, at };
  });
}

/** The moments at which something could go wrong: each event, each end of a cache, a second before and after. */
export function moments(events, lives) {
  const edges = events.flatMap(({ at }) => [at, ...lives.map((life) => at + life), ...lives.map((life) => at + 2 * life)]);
  return [...new Set(edges.flatMap((at) => [at - 1, at, at + 1]))].sort((a, b) => a - b);
}

/**
 * What a cache of at most `life` seconds can hold at `at`: what was to be had at each moment since, each once.
 * @param {Event[]} events @param {number} at @param {number} life
 */
export function cached(events, at, life) {
  const since = [at - life, at - life + 1, at - 1, at, ...moments(events, [life])].filter((time) => time >= at - life && time <= at);
  return [...new Set(since)].map((time) => ({ age: at - time, world: worldAt(events, time) }));
}

/**
 * The events of a TLSA plan in which each step is done at the earliest time.
 * @param {import('mxseal').Rollover} plan
 * @param {{ tlsa: string[], chain: Uint8Array[] }} before
 * @param {Uint8Array[]} next
 * @returns {Event[]}
 */
export function keyEvents(plan, before, next) {
  const first = seconds(plan.steps[0].notBefore);
  const events = [{ at: first - 1_000_000, ...before }];
  for (const { step, at } of done(plan.steps)) {
    if (step.records.length > 0) events.push({ at, tlsa: step.records.map(({ data }) => data) });
    if (step.code === 'deploy-chain') events.push({ at, chain: next });
  }
  return events;
}

/**
 * Every sender at every moment, with a cache of every age: those that cannot deliver.
 * @param {Event[]} events
 * @param {number} ttl
 * @param {(tlsa: string[], chain: Uint8Array[], at: string) => boolean} delivers
 */
export function sweepKeys(events, ttl, delivers) {
  const failures = [];
  let tried = 0;
  for (const at of moments(events, [ttl])) {
    const { chain } = /** @type {any} */ (worldAt(events, at));
    for (const { age, world } of cached(events, at, ttl)) {
      tried += 1;
      if (!delivers(world.tlsa, chain, clock(at))) failures.push({ at: clock(at), age });
    }
  }
  return { tried, failures };
}

/**
 * A sender of DANE by the engine: the whole set, and each combination of parameters for a sender that knows no other
 * (RFC 7671 §8).
 * @param {typeof import('mxseal')} mxseal
 * @param {string[]} names
 */
export function daneSender(mxseal, names) {
  return (tlsa, chain, at) => {
    const combinations = new Set(tlsa.map((record) => record.slice(0, 5)).filter((combination) => /^[23]/.test(combination)));
    const sets = [tlsa, ...[...combinations].map((combination) => tlsa.filter((record) => record.startsWith(combination)))];
    return sets.every((set) => mxseal.verifyDane({ tlsa: set, chain, names, at }).status === 'authenticated');
  };
}

/**
 * The events of a policy plan in which each step is done at the earliest time; hosts that leave stop when the wait after
 * their step is over.
 * @param {import('mxseal').Rollover} plan
 * @param {{ policy: string | null, id: string | null, mx: string[] }} before
 * @returns {Event[]}
 */
export function policyEvents(plan, before) {
  const first = seconds(plan.steps[0].notBefore);
  const events = [{ at: first - 100_000_000, ...before, alive: before.mx }];
  for (const { step, at } of done(plan.steps)) {
    if (step.policy) events.push({ at, policy: step.policy.text });
    if (step.code === 'announce-policy') events.push({ at, id: /id=(\w+)/.exec(step.records[0].data)[1] });
    if (step.code === 'withdraw-record') events.push({ at, id: null });
    if (step.code === 'withdraw-policy') events.push({ at, policy: null });
    if (step.code === 'change-mx') {
      const mx = step.records.map(({ data }) => data.split(' ')[1].replace(/\.$/, ''));
      const { mx: old } = /** @type {any} */ (worldAt(events, at - 1));
      events.push({ at, mx, alive: [...new Set([...old, ...mx])] });
      events.push({ at: at + step.wait.seconds + 1, alive: mx });
    }
  }
  return events.sort((a, b) => a.at - b.at);
}

/**
 * Senders of MTA-STS: each fetched a policy once, when it saw a record of any age, keeps it as long as it lasts, and sees MX
 * records of any age. It must find a host that its policy lists and that is at work.
 * @param {typeof import('mxseal')} mxseal
 * @param {Event[]} events
 * @param {{ ttl: number, mxTtl: number, refreshes: boolean }} o refreshes: it looks at the record before every message, and
 *   fetches what it announces; else it never could again (RFC 8461 §10.2)
 */
export function sweepPolicies(mxseal, events, { ttl, mxTtl, refreshes }) {
  const lives = [...new Set(events.map(({ policy }) => /** @type {string} */ (policy)).filter(Boolean).map((text) => mxseal.parseStsPolicy(text).value?.maxAge ?? 0))];
  const times = moments(events, [ttl, mxTtl, ...lives]).slice(3);
  const failures = [];
  let tried = 0;
  const entries = [];
  const may = memo((patterns, host) => mxseal.matchMx(patterns, host) !== null);
  for (const at of times) {
    const alive = /** @type {string[]} */ (worldAt(events, at).alive);
    const lists = cached(events, at, mxTtl);
    entries.push(...fetched(mxseal, events, at, ttl, null));
    const held = refreshes ? entries.flatMap((entry) => fetched(mxseal, events, at, ttl, entry)) : entries;
    for (const entry of held) {
      const { inForce } = mxseal.nextCacheState({ entry, txt: { kind: 'error' }, fetch: null, at: clock(at) });
      for (const { age, world } of lists) {
        tried += 1;
        const usable = world.mx.filter((host) => alive.includes(host) && (inForce?.mode !== 'enforce' || may(inForce.mx, host)));
        if (usable.length === 0) failures.push({ at: clock(at), age, held: inForce?.mx, id: entry?.id });
      }
    }
  }
  return { tried, failures };
}

/** The same question is asked a hundred thousand times. */
function memo(ask) {
  const known = new Map();
  return (...question) => {
    const key = question.join(' ');
    if (!known.has(key)) known.set(key, ask(...question));
    return known.get(key);
  };
}

/** What a sender has after it looked at `at`, by a record of any age. */
function fetched(mxseal, events, at, ttl, entry) {
  const { policy } = /** @type {any} */ (worldAt(events, at));
  const ids = new Set(cached(events, at, ttl).map(({ world }) => world.id));
  return [...ids].map((id) => {
    const txt = id === null ? { kind: 'absent' } : { kind: 'valid', id };
    const first = mxseal.nextCacheState({ entry, txt, fetch: null, at: clock(at) });
    if (first.next !== 'fetch') return first.entry;
    const value = policy === null ? null : mxseal.parseStsPolicy(policy).value;
    const fetch = value ? { kind: 'fetched', policy: value } : { kind: 'failed', resultType: 'sts-policy-fetch-error', reason: 'status-404' };
    return mxseal.nextCacheState({ entry: first.entry, txt, fetch, at: clock(at) }).entry;
  });
}
