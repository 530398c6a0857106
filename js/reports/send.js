/**
 * Delivery of reports (RFC 8460 §5): when each is due, where its domain wants it, and again with growing pauses for a day.
 * It lends `fetch` and `mail` what they send, and knows no platform. State goes in and comes out, so that a scheduled
 * function can take one step at a time.
 */

import { clock, list, record } from '../engine.js';
import { MxsealError, invalidArgument } from '../error.js';
import { oneLine } from '../hosts/failure.js';
import { abortable, callable } from '../hosts/mistake.js';
import { unlessAborted, within } from '../hosts/time-limit.js';
import { lookup as ask } from '../lookup.js';
import { afterFailure, begin, isDue, soonest } from './schedule.js';
import { destinationsOf, mailboxOf } from './destinations.js';
import { writeReport } from './write.js';

/** @typedef {import('../types.d.ts').Delivery} Delivery */
/** @typedef {import('../types.d.ts').TlsReport} TlsReport */
/** @typedef {Parameters<typeof import('../types.d.ts').sendReports>[0]} Sending */

/** What one look-up, POST or `onDelivery` may take, in milliseconds; and a mail, whose server has so long to take it (RFC 5321 §4.5.3.2.6). */
const LIMIT = 60_000;
const MAIL_LIMIT = 600_000;
/** A report is about one day; whoever spreads over more than a month has other units in mind. */
const LONGEST_SPREAD = 31 * 86_400;

/**
 * @type {typeof import('../types.d.ts').sendReports}
 */
export async function sendReports(o) {
  const { reports, sleep, onDelivery, signal } = record(o, 'options');
  for (const name of /** @type {const} */ (['lookup', 'dns', 'fetch', 'mail', 'sleep', 'onDelivery', 'random'])) callable(o[name], name);
  abortable(signal);
  const [spreadSeconds, random, deliveries] = [o.spreadSeconds ?? 86_400, o.random ?? Math.random, known(o.deliveries ?? [])];
  if (!(typeof spreadSeconds === 'number' && spreadSeconds >= 0 && spreadSeconds <= LONGEST_SPREAD)) {
    throw invalidArgument(`\`spreadSeconds\` is a number of seconds from 0 to ${LONGEST_SPREAD}`);
  }
  if (!o.lookup && !o.dns) throw invalidArgument('`lookup` or `dns` is needed to find out where reports go');
  const now = () => {
    const time = Date.parse(clock(typeof o.at === 'function' ? o.at() : o.at));
    if (Number.isNaN(time)) throw invalidArgument('`at` is no RFC 3339 date-time such as `2026-03-01T12:00:00Z`');
    return time;
  };
  if (sleep && o.at !== undefined && typeof o.at !== 'function') throw invalidArgument('with `sleep`, `at` is a function');
  const items = list(reports, 'reports').map((report) => {
    const { reportId, policyDomain, end } = identify(report);
    const before = deliveries.find((one) => one.reportId === reportId && one.policyDomain === policyDomain);
    return { report, delivery: before ?? begin(reportId, policyDomain, end, spreadSeconds, Number(random()) || 0) };
  });
  for (;;) {
    for (const item of items) {
      if (signal?.aborted) throw aborted(signal);
      if (!isDue(item.delivery, now())) continue;
      item.delivery = await attempt(item.report, item.delivery, o, now());
      // It may be a store that takes its time; what it says against it is the caller's to hear.
      await within(LIMIT, null, async () => onDelivery?.(item.delivery));
    }
    const next = soonest(items.map(({ delivery }) => delivery));
    if (!sleep || next === null) return items.map(({ delivery }) => delivery);
    const nap = Promise.resolve(sleep(Math.max(0, next - now()), signal));
    await (signal ? unlessAborted(signal, nap) : nap).catch((error) => {
      throw signal?.aborted ? aborted(signal) : error;
    });
  }
}

/**
 * Deliveries as an earlier call gave them.
 * @param {unknown} deliveries
 * @returns {Delivery[]}
 */
function known(deliveries) {
  return list(deliveries, 'deliveries').map((one, at) => {
    const { status, nextAttempt, attempts } = record(one, `deliveries[${at}]`);
    const timed = status !== 'waiting' || !Number.isNaN(Date.parse(nextAttempt));
    if (!['waiting', 'delivered', 'not-wanted', 'given-up'].includes(status) || !timed || !Number.isInteger(attempts)) {
      throw invalidArgument(`\`deliveries[${at}]\` is no delivery: give back what \`sendReports\` gave`);
    }
    return one;
  });
}

/** @param {TlsReport} report */
function identify(report) {
  const { reportId, dateRange, policies } = record(report, 'report');
  const policyDomain = policies?.[0]?.policy?.policyDomain;
  const end = Date.parse(dateRange?.endDatetime ?? '');
  if (typeof reportId !== 'string' || typeof policyDomain !== 'string' || Number.isNaN(end)) {
    throw invalidArgument('a report to send has a report id, an end and a policy domain');
  }
  return { reportId, policyDomain, end };
}

/**
 * One attempt at all destinations, in their order, until one accepts.
 * @param {TlsReport} report
 * @param {Delivery} delivery
 * @param {Sending} o
 * @param {number} now
 * @returns {Promise<Delivery>}
 */
async function attempt(report, delivery, o, now) {
  const at = new Date(now).toISOString();
  const { submitter, from, gzip } = o;
  // What can never be sent is the caller's mistake, and told before anybody is asked.
  const written = await writeReport(report, { ...defined({ submitter, from, gzip }), at });
  const begun = { ...delivery, attempts: delivery.attempts + 1, firstAttempt: delivery.firstAttempt ?? at };
  const wanted = await destinations(delivery.policyDomain, o);
  if (wanted.rua === null) return afterFailure(begun, [{ destination: null, reason: wanted.reason }], now);
  if (wanted.rua.length === 0) {
    return { ...begun, status: 'not-wanted', nextAttempt: null, destination: null, failures: [{ destination: null, reason: wanted.reason }] };
  }
  const failures = [];
  for (const destination of wanted.rua) {
    try {
      await deliver(report, written, destination, o, at);
      return { ...begun, status: 'delivered', nextAttempt: null, destination, failures };
    } catch (error) {
      if (o.signal?.aborted) throw aborted(o.signal);
      failures.push({ destination, reason: oneLine(error) });
    }
  }
  return afterFailure(begun, failures, now);
}

/**
 * @param {string} domain
 * @param {Sending} o
 * @returns {Promise<{ rua: string[] | null, reason: string }>} null: not known now
 */
async function destinations(domain, { lookup, dns, signal }) {
  try {
    const name = `_smtp._tls.${domain}`;
    const answer = lookup
      ? await within(LIMIT, signal, async () => lookup(name, 'TXT'))
      : await ask(name, 'TXT', { dns: /** @type {any} */ (dns), ...defined({ signal }) });
    return destinationsOf(record(answer, 'the answer of `lookup`'));
  } catch (error) {
    if (signal?.aborted) throw aborted(signal);
    return { rua: null, reason: oneLine(error) };
  }
}

/**
 * @param {TlsReport} report
 * @param {import('../types.d.ts').WrittenReport} written
 * @param {string} destination
 * @param {Sending} o
 * @param {string} at
 */
async function deliver(report, written, destination, { fetch, mail, submitter, from, gzip, signal }, at) {
  if (/^https:/i.test(destination)) {
    if (!fetch) throw new Error('there is no `fetch` for https');
    // RFC 8460 §5.4; a redirect is no success, and would lead where the domain did not point.
    const status = await within(LIMIT, signal, async (inner) => {
      const response = await fetch(destination, {
        method: 'POST',
        headers: { 'content-type': written.mediaType },
        body: /** @type {BodyInit} */ (written.body),
        redirect: 'manual',
        signal: inner,
      });
      void response.body?.cancel().catch(() => {});
      return response.status;
    });
    if (!(status >= 200 && status <= 299)) throw new Error(`HTTP status ${status}`);
    return;
  }
  if (!mail) throw new Error('there is no `mail` for mailto');
  const to = mailboxOf(destination);
  const { mail: own } = await writeReport(report, { ...defined({ submitter, from, gzip }), to, at });
  const author = own.headers.find(([name]) => name === 'From')?.[1] ?? '';
  // RFC 8460 §5.3: sent whatever policies say, and never counted itself.
  await within(MAIL_LIMIT, signal, async () => mail({ kind: 'tls-report', from: author, to, headers: own.headers, body: own.body }));
}

/**
 * Without the members that are undefined.
 * @template {Record<string, unknown>} T
 * @param {T} options
 * @returns {{ [K in keyof T]?: NonNullable<T[K]> }}
 */
function defined(options) {
  return /** @type {any} */ (Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined && value !== null)));
}

/** @param {AbortSignal} signal */
function aborted(signal) {
  return new MxsealError('ERR_ABORTED', 'sending was aborted', { cause: signal.reason });
}
