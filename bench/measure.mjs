/** Times contenders against one another, in turns, so that what else the machine does meets them all alike. */

/** Runs of each contender that count. */
const RUNS = 30;
/** A run takes at least so long, in milliseconds: as many calls as that needs. */
const RUN_LASTS = 5;

/**
 * @param {Record<string, () => unknown>} contenders
 * @param {{ runs?: number }} [options]
 * @returns {Record<string, { median: number, low: number, high: number, calls: number }>} milliseconds a call: the median
 *   run, the runs at a quarter and at three quarters, and how many calls make a run
 */
export function measure(contenders, { runs = RUNS } = {}) {
  const all = Object.entries(contenders).map(([name, work]) => ({ name, work, calls: calibrate(work), times: [] }));
  for (let round = 0; round < runs; round += 1) {
    for (let turn = 0; turn < all.length; turn += 1) {
      const contender = all[(round + turn) % all.length];
      contender.times.push(time(contender.work, contender.calls));
    }
  }
  return Object.fromEntries(all.map(({ name, calls, times }) => {
    times.sort((a, b) => a - b);
    return [name, { median: quantile(times, 0.5), low: quantile(times, 0.25), high: quantile(times, 0.75), calls }];
  }));
}

/** Warms up (the engine compiles hot functions anew) and finds how many calls make a run. */
function calibrate(work) {
  const began = performance.now();
  let calls = 0;
  do {
    work();
    calls += 1;
  } while (calls < 20 || performance.now() - began < 40);
  return Math.max(1, Math.ceil(RUN_LASTS / time(work, 5)));
}

/** @returns {number} milliseconds a call */
function time(work, calls) {
  const began = performance.now();
  for (let call = 0; call < calls; call += 1) work();
  return (performance.now() - began) / calls;
}

/** @param {number[]} sorted */
export function quantile(sorted, part) {
  const at = (sorted.length - 1) * part;
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at));
}
