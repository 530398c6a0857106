/** Every bound of a scan, with its reason. What a plan of Cloudflare allows is named here and nowhere else. */

export type Plan = {
  /** Subrequests to the internet of one invocation that a consumer uses. */
  subrequests: number;
  /** Of these, what one check may use; a domain that wants more is judged by what it was seen to answer. */
  checkSubrequests: number;
  /** A check that finds fewer left waits for the next invocation. */
  startSubrequests: number;
  /** Domains of one message, which is one invocation. */
  domains: number;
  /** Checks side by side: an invocation has six connections that wait for headers. */
  parallel: number;
};

export const PLANS: Record<'free' | 'paid', Plan> = {
  // 50 subrequests an invocation: a domain with one mail host takes some 12 once the chain cache is warm.
  free: { subrequests: 48, checkSubrequests: 45, startSubrequests: 16, domains: 4, parallel: 1 },
  // 10,000 an invocation: 50 checks of 150 are 7,500, so none starves another; the rest is for D1, KV, R2 and Queues.
  paid: { subrequests: 9_000, checkSubrequests: 150, startSubrequests: 150, domains: 50, parallel: 4 },
};

/** Lines of one upload. */
export const LINES = 1_000_000;
/** Characters of a line that are read; a JSON line may hold more than a domain, which has at most 253. */
export const LINE_CHARACTERS = 2_048;
/** Characters of an invalid line that its row shows. */
export const SHOWN_CHARACTERS = 256;
/** Lines that go to D1 in one batch of five statements: a million are 200 batches (D1 allows 1,000 queries an invocation). */
export const LINES_A_WRITE = 5_000;
/** Characters of these lines: one parameter has at most 2 MB in D1, and a character up to three octets. */
export const CHARACTERS_A_WRITE = 500_000;
/** Messages of one `sendBatch` (the platform's bound; a message of ours has some 80 octets). */
export const MESSAGES_A_SEND = 100;
/** Rows of one page of an export: a million are 500 queries. */
export const ROWS_A_PAGE = 2_000;

/** A check is over after so long: what has not answered by then has failed. 50 domains, 4 at once, end in 7 minutes of 15. */
export const CHECK_MS = 30_000;
/** One try of a DNS question. */
export const LOOKUP_MS = 4_000;
/** A policy file; RFC 8461 §3.3 suggests a minute for a sender, who has one policy to wait for. */
export const POLICY_MS = 10_000;
/** Octets of all answers that one check reads; an honest one takes some 50 KiB. Four at once must fit in 128 MB. */
export const CHECK_OCTETS = 1024 * 1024;
/** Octets of the evidence file that is kept of one domain; 50 are held until they are written. */
export const EVIDENCE_OCTETS = 256 * 1024;
/** Changes of one domain that a re-check records, characters of each, and changes of one statement (2 MB in D1). */
export const CHANGES_A_DOMAIN = 64;
export const CHANGE_CHARACTERS = 500;
export const CHANGES_A_WRITE = 500;

/**
 * Deliveries of a message after which what was seen is final, although a look-up still fails. The first pass of a
 * message with more domains comes before. Below `max_retries` of the queue: the dead-letter queue is for crashes.
 */
export const LAST_TRY = 5;
/** Seconds before the second try; doubled for each further one. */
export const BACK_OFF_SECONDS = 30;
/** A scan without progress for so long has lost messages; longer than the longest back-off and one invocation. */
export const STALL_SECONDS = 1_800;
/** Messages that one sweep sends for one scan. */
export const SWEPT_MESSAGES = 1_000;
/** Scans that one sweep looks at. */
export const SWEPT_SCANS = 10;
/** Days after which a scan may be checked again. */
export const RECHECK_DAYS = 365;

/** Days that an ended scan is kept, and what one sweep removes of one. */
export const KEPT_DAYS = 90;
export const REMOVED_ROWS = 20_000;
/** Objects of one `delete` of R2 (the platform's bound). */
export const REMOVED_OBJECTS = 1_000;

/** Zones whose chain cache an isolate keeps in memory: all top-level domains there are. */
export const CACHED_ZONES = 2_000;
/** Keys of one `get` of KV (the platform's bound). */
export const KEYS_A_GET = 100;
