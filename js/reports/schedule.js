/** When the delivery of a report is due (RFC 8460 §4.1, §5.5): no clock, no randomness but what it is given. */

/** @typedef {import('../types.d.ts').Delivery} Delivery */

/** The first pause; each is twice the one before. */
const FIRST_PAUSE = 300_000;
/** RFC 8460 §5.5: for up to 24 hours after the initial attempt. */
const PATIENCE = 86_400_000;

/**
 * A report is due some time after the day it is about, so that not all of them come at midnight (RFC 8460 §4.1).
 * @param {string} reportId
 * @param {string} policyDomain
 * @param {number} end
 * @param {number} spreadSeconds
 * @param {number} random from 0 to 1
 * @returns {Delivery}
 */
export function begin(reportId, policyDomain, end, spreadSeconds, random) {
  const due = new Date(end + Math.max(0, Math.min(1, random)) * spreadSeconds * 1000).toISOString();
  return { reportId, policyDomain, status: 'waiting', due, attempts: 0, firstAttempt: null, nextAttempt: due, destination: null, failures: [] };
}

/**
 * @param {Delivery} delivery
 * @param {number} now
 */
export function isDue({ status, nextAttempt }, now) {
  return status === 'waiting' && nextAttempt !== null && Date.parse(nextAttempt) <= now;
}

/**
 * @param {Delivery[]} deliveries
 * @returns {number | null}
 */
export function soonest(deliveries) {
  const times = deliveries.flatMap(({ status, nextAttempt }) => (status === 'waiting' && nextAttempt ? [Date.parse(nextAttempt)] : []));
  return times.length > 0 ? Math.min(...times) : null;
}

/**
 * @param {Delivery} delivery with the attempt that failed counted
 * @param {Delivery['failures']} failures
 * @param {number} now
 * @returns {Delivery}
 */
export function afterFailure(delivery, failures, now) {
  const next = now + FIRST_PAUSE * 2 ** (delivery.attempts - 1);
  const last = Date.parse(delivery.firstAttempt ?? new Date(now).toISOString()) + PATIENCE;
  if (next > last) return { ...delivery, status: 'given-up', nextAttempt: null, failures };
  return { ...delivery, nextAttempt: new Date(next).toISOString(), failures };
}
