/**
 * The types of mxseal: one name for one thing in Rust, TypeScript, CLI and README.
 * JSON form: camelCase keys, kebab-case enum strings, absent = null, bytes = Uint8Array (base64 in files),
 * times = RFC 3339 strings out, Date or string in.
 */

// ---------------------------------------------------------------- vocabulary

declare global {
  /** As far as `init` names it, for programs whose `lib` does not declare it. */
  namespace WebAssembly {
    interface Module {}
  }
}

export type Clock = Date | string;

/** TLS-RPT result types by their IANA names (RFC 8460 §4.3). */
export type ResultType =
  | 'starttls-not-supported'
  | 'certificate-host-mismatch'
  | 'certificate-not-trusted'
  | 'certificate-expired'
  | 'validation-failure'
  | 'tlsa-invalid'
  | 'dnssec-invalid'
  | 'dane-required'
  | 'sts-policy-fetch-error'
  | 'sts-policy-invalid'
  | 'sts-webpki-invalid';

export type SecurityStatus = 'secure' | 'insecure' | 'bogus' | 'indeterminate';

/** A status never travels without the word on which it is believed. */
export type Security = { status: SecurityStatus; source: 'validated' | 'resolver' | 'none' };

export type Severity = 'error' | 'warning' | 'info' | 'ok';

/** Line and column count from 1 (column in characters), start and end are byte offsets. */
export type Span = { line: number; column: number; start: number; end: number };

/** A judgement on a fact. */
export type Finding = {
  code: string;
  severity: Severity;
  subject: string;
  span: Span | null;
  message: string;
  clause: string;
  remedy: string | null;
};

/** No value and an error finding = broken; no value and none = absent. */
export type Checked<T> = { value: T | null; findings: Finding[] };

/** One step of a reason: what was seen, the rule, what follows. */
export type Step = { fact: string; clause: string; conclusion: string };

export type RrsetStatus = 'valid' | 'absent' | 'multiple' | 'invalid';

/** A mistake of the caller, of hosts too; everything that a domain does wrong is data instead. */
export class MxsealError extends Error {
  constructor(code: MxsealErrorCode, message: string, options?: { cause?: unknown });
  readonly code: MxsealErrorCode;
}
export type MxsealErrorCode =
  | 'ERR_INVALID_DOMAIN'
  | 'ERR_UNKNOWN_NEED'
  | 'ERR_WRONG_ANSWER'
  | 'ERR_INVALID_ARGUMENT'
  | 'ERR_ABORTED';

// ---------------------------------------------------------------- hosts

/** An RFC 1035 message in, one out. The id of the query is 0; retries live inside a host. */
export type DnsHost = (query: Uint8Array, init: { signal?: AbortSignal }) => Promise<Uint8Array>;

/** The platform's fetch fits. `addresses`: connect to no other; `ca`: more roots (PEM or DER). */
export type FetchHost = (
  url: string,
  init: RequestInit & { addresses?: string[]; ca?: Uint8Array[] },
) => Promise<Response>;

export type StarttlsTarget = {
  host: string;
  port: number;
  serverName: string;
  addresses: string[];
  timeoutMs?: number;
};

/** One session an address; never resolves again. */
export type StarttlsHost = (
  target: StarttlsTarget,
  init: { signal?: AbortSignal },
) => Promise<Session[] | 'unsupported'>;

/** By policy domain: the recipient's, or the smart host's where `options.relay` names one (RFC 8461 §3.4). */
export type PolicyStore = {
  get(domain: string): Promise<CachedPolicy | null>;
  set(domain: string, entry: CachedPolicy): Promise<void>;
};

export type FailureCause = 'timeout' | 'connect' | 'dns' | 'tls' | 'opaque';

/** One SMTP connection as it went. `chain` is DER, leaf first. */
export type Session = {
  starttls: boolean;
  chain: Uint8Array[];
  tlsVersion?: string | null;
  requireTls?: boolean | null;
  helo?: string | null;
  sendingIp?: string | null;
  receivingIp?: string | null;
  error?: { stage: 'connect' | 'starttls' | 'handshake' | 'smtp'; code: string; message: string } | null;
};

// ---------------------------------------------------------------- needs and answers

export type Need = { id: number; stage: 1 | 2 | 3 | 4 } & NeedKind;
export type NeedKind =
  | { kind: 'dns'; query: Uint8Array; name: string; type: string }
  | { kind: 'policy'; url: string; addresses: string[] }
  | { kind: 'starttls'; target: StarttlsTarget };

export type Answer =
  | { kind: 'dns'; message: Uint8Array }
  | { kind: 'policy'; httpStatus: number; contentType: string | null; body: Uint8Array; redirected: boolean }
  | { kind: 'starttls'; sessions: Session[] }
  | { kind: 'failed'; cause: FailureCause; message: string }
  | { kind: 'unsupported' };

/** All that a replay needs. Bytes are base64 in a file, Uint8Array in memory; replay takes both. */
export type Evidence = {
  format: 'mxseal-evidence';
  version: 1;
  domain: string;
  at: string;
  options: Options;
  /** The caller's roots that an observed chain could lead to; null = none were given. */
  roots: Uint8Array[] | null;
  cachedPolicy: CachedPolicy | null;
  chainCache: ChainCacheEntry[];
  answers: { stage: 1 | 2 | 3 | 4; need: NeedKind; answer: Answer }[];
};

// ---------------------------------------------------------------- facts

export type Outcome = 'found' | 'no-data' | 'nxdomain' | 'failed' | 'not-asked';

/** What one question to the DNS brought. */
export type Lookup<T> = {
  outcome: Outcome;
  /** Why it failed, or was not asked. */
  reason: string | null;
  /** Extended DNS error (RFC 8914). */
  ede: number | null;
  canonicalName: string | null;
  hops: { owner: string; target: string; status: SecurityStatus }[];
  security: Security;
  validUntil: string | null;
  records: T[];
};

export type PolicyAnswer =
  | { kind: 'policy'; httpStatus: number; contentType: string | null; body: Uint8Array; redirected: boolean }
  | { kind: 'failed'; cause: FailureCause; message: string }
  | { kind: 'unsupported' };

export type PolicyFacts = {
  url: string;
  a: Lookup<string>;
  aaaa: Lookup<string>;
  /** null: not fetched, and `notFetched` says why. */
  answer: PolicyAnswer | null;
  notFetched: 'not-announced' | 'not-due' | 'not-public' | 'unresolved' | null;
  cached: CachedPolicy | null;
};

/** `webPki`: the chain against the caller's roots for this host at `at`; null = no roots were given. */
export type ObservedSession = Session & { webPki: WebPkiOutcome | null };

export type SessionFacts =
  | { kind: 'observed'; sessions: ObservedSession[] }
  | { kind: 'failed'; cause: FailureCause; message: string }
  | { kind: 'unsupported' }
  | { kind: 'not-asked'; reason: string };

export type HostFacts = {
  host: string;
  preference: number;
  a: Lookup<string>;
  aaaa: Lookup<string>;
  dane: { kind: 'not-asked'; reason: string } | { kind: 'asked'; tlsa: { base: string; name: string; lookup: Lookup<Tlsa> }[] };
  sessions: SessionFacts;
};

/** All that was observed; enough to decide. A what-if is an edit of these. */
export type Facts = {
  domain: string;
  /** Where mail for `domain` goes: the domain itself, or the relay's host. */
  nextHop: string;
  at: string;
  mx: Lookup<{ preference: number; exchange: string }>;
  /** Each entry is one TXT record, its strings joined. */
  stsTxt: Lookup<string>;
  tlsRptTxt: Lookup<string>;
  policy: PolicyFacts;
  hosts: HostFacts[];
};

// ---------------------------------------------------------------- options and verdict

/** A name that is none of these is refused, since a demand that nobody reads is none. */
export type Options = {
  precedence?: 'both' | 'dane' | 'all';
  insecureMx?: 'skip' | 'dane';
  stsUnknown?: 'deliver' | 'defer';
  dnssec?: 'validate' | 'trust-ad' | 'off';
  require?: 'none' | 'tls' | 'authenticated' | 'dane';
  message?: { requireTls?: boolean; tlsRequiredNo?: boolean; emptyReturnPath?: boolean; kind?: 'mail' | 'tls-report' };
  port?: number;
  relay?: { host: string; mx: boolean } | null;
  lenientContentType?: boolean;
  anchors?: string[] | null;
  allowPrivateAddresses?: boolean;
  allowSha1Signatures?: boolean;
  digestOrder?: number[];
  nsec3?: { insecureAbove?: number; bogusAbove?: number };
  stsTimeoutMs?: number;
};

export type Posture = 'protected' | 'partial' | 'testing' | 'unprotected' | 'broken' | 'no-mail' | 'unknown';
export type Requirement = 'opportunistic' | 'encrypted' | 'webpki' | 'dane' | 'dane+webpki' | 'unusable';

export type AppliedPolicy = {
  policyType: 'tlsa' | 'sts' | 'no-policy-found';
  policyDomain: string;
  policyString: string[];
  mxHost: string[];
};

/** A policy of a host; `resultType` and `reason` where it failed before any session. */
export type HostPolicy = AppliedPolicy & { resultType: ResultType | null; reason: string | null };

export type SessionVerdict = {
  action: 'deliver' | 'deliver-and-report' | 'try-next' | 'defer' | 'fail';
  enhancedStatus: string | null;
  beforeFail: 'recheck-sts-txt' | null;
  because: Step[];
  results: (AppliedPolicy & { resultType: ResultType | null; reason: string | null })[];
};

export type HostVerdict = {
  host: string;
  preference: number;
  addresses: { ip: string; status: SecurityStatus }[];
  requirement: Requirement;
  basis: ('dane' | 'mta-sts' | 'local')[];
  sts: { mode: StsMode; pattern: string | null } | null;
  serverName: string;
  tlsaBase: string | null;
  referenceNames: string[];
  tlsa: Tlsa[];
  policies: HostPolicy[];
  message: { requireTls: boolean; tlsRequiredNo: boolean; emptyReturnPath: boolean; kind: 'mail' | 'tls-report' };
  conformance: 'met' | 'unmet' | 'unobserved';
  session: SessionVerdict | null;
  because: Step[];
};

export type SenderOutcome = {
  action: 'deliver' | 'deliver-unprotected' | 'defer' | 'fail' | 'unknown';
  hosts: { host: string; requirement: Requirement }[];
  because: Step[];
};

export type SenderProfile = 'mta-sts' | 'dane' | 'dane+mta-sts' | 'opportunistic';

export type Verdict = {
  domain: string;
  at: string;
  validUntil: string | null;
  posture: Posture;
  action: 'deliver' | 'defer' | 'fail';
  enhancedStatus: string | null;
  because: Step[];
  facts: Facts;
  hosts: HostVerdict[];
  senders: Record<SenderProfile, SenderOutcome>;
  findings: Finding[];
};

// ---------------------------------------------------------------- MTA-STS

export type StsMode = 'enforce' | 'testing' | 'none';
export type StsRecord = { id: string; extensions: [string, string][] };
export type StsPolicy = {
  mode: StsMode;
  mx: string[];
  maxAge: number;
  extensions: [string, string][];
  /** As served. */
  lines: string[];
};

export type CachedPolicy = {
  policy: StsPolicy | null;
  id: string | null;
  fetchedAt: string | null;
  largestMaxAge: number;
  lastAttempt: { at: string; id: string | null; outcome: string } | null;
};

export type TxtOutcome =
  | { kind: 'valid'; id: string }
  | { kind: 'absent' }
  | { kind: 'multiple' }
  | { kind: 'invalid' }
  | { kind: 'error' };

export type FetchOutcome =
  | { kind: 'fetched'; policy: StsPolicy }
  | { kind: 'failed'; resultType: ResultType; reason: string };

export type CacheStep = {
  entry: CachedPolicy | null;
  inForce: StsPolicy | null;
  next: 'fetch' | 'wait' | 'none';
  notBefore: string | null;
  findings: Finding[];
};

export type FetchedPolicy = {
  status: 'fetched' | 'failed';
  policy: StsPolicy | null;
  resultType: ResultType | null;
  reason: string | null;
  httpStatus: number | null;
  raw: Uint8Array | null;
  findings: Finding[];
};

// ---------------------------------------------------------------- DANE, certificates, TLS-RPT

export type Tlsa = { usage: number; selector: number; matchingType: number; data: Uint8Array };
/** `why`: why a record cannot be used, or does not authenticate; null where it does, or another one. */
export type TlsaOutcome = { index: number; usable: boolean; why: string | null };
/** `depth`: how far above the leaf (0) the certificate stands that the record names, or that its bare key signed. */
export type DaneOutcome = {
  status: 'authenticated' | 'failed' | 'no-usable-records';
  resultType: ResultType | null;
  matched: { index: number; depth: number } | null;
  reason: string | null;
  records: TlsaOutcome[];
};
export type WebPkiOutcome = { status: 'valid' | 'invalid'; resultType: ResultType | null; reason: string | null };
export type TlsRptRecord = { rua: string[]; extensions: [string, string][] };

// ---------------------------------------------------------------- TLS-RPT: reports

/**
 * A report (RFC 8460 §4.4). Absent or unreadable = null. `extensions`: members that the RFC does not name, or that
 * could not be read, each with its value as JSON text. Result and policy types stand as they were written.
 */
export type TlsReport = {
  organizationName: string | null;
  dateRange: { startDatetime: string | null; endDatetime: string | null };
  contactInfo: string | null;
  reportId: string | null;
  policies: ReportedPolicy[];
  extensions: [name: string, json: string][];
};

export type ReportedPolicy = {
  policy: {
    policyType: string | null;
    policyString: string[];
    policyDomain: string | null;
    mxHost: string[];
    extensions: [name: string, json: string][];
  };
  summary: {
    totalSuccessfulSessionCount: number | null;
    totalFailureSessionCount: number | null;
    extensions: [name: string, json: string][];
  };
  failureDetails: FailureDetail[];
  extensions: [name: string, json: string][];
};

export type FailureDetail = {
  resultType: string | null;
  sendingMtaIp: string | null;
  receivingMxHostname: string | null;
  receivingMxHelo: string | null;
  receivingIp: string | null;
  failedSessionCount: number | null;
  additionalInformation: string | null;
  failureReasonCode: string | null;
  extensions: [name: string, json: string][];
};

/** A report ready to go: over HTTPS `body` with `mediaType`, or as a mail that is yet to be signed (DKIM). */
export type WrittenReport = {
  json: Uint8Array;
  /** `json`, compressed unless `gzip` was false. */
  body: Uint8Array;
  mediaType: 'application/tlsrpt+gzip' | 'application/tlsrpt+json';
  fileName: string;
  mail: { headers: [name: string, value: string][]; body: Uint8Array };
};

/** What reports amount to, duplicates left out. A session counts in every policy that applied to it. */
export type Summary = {
  reports: number;
  /** Reports that came more than once, by organisation and report id. */
  duplicates: number;
  /** Gravest first. */
  domains: DomainSummary[];
};

export type DomainSummary = {
  /** null: the reports do not say. */
  domain: string | null;
  successful: number;
  failed: number;
  failingPerMille: number;
  firstSeen: string | null;
  lastSeen: string | null;
  /** By UTC day, `2026-03-01`. */
  days: SummaryGroup[];
  policyTypes: SummaryGroup[];
  resultTypes: SummaryGroup[];
  /** By organisation. */
  senders: SummaryGroup[];
  /** By MX host. */
  hosts: SummaryGroup[];
  failures: FailureSummary[];
};

/** `successful` and `failingPerMille` are null where reports count failures only. `name` null: not told, or one of too many. */
export type SummaryGroup = {
  name: string | null;
  successful: number | null;
  failed: number;
  /** Failed of 1,000, at least 1 where any failed, at most 999 where any did not. */
  failingPerMille: number | null;
  firstSeen: string | null;
  lastSeen: string | null;
};

/** One way of failing. */
export type FailureSummary = {
  policyType: string | null;
  resultType: string | null;
  reason: string | null;
  mx: string | null;
  /** Sessions. */
  failed: number;
  /** Who saw it. */
  organizations: string[];
  /** The policy as the last report has it. */
  policyString: string[];
  firstSeen: string | null;
  lastSeen: string | null;
};

/** Where the delivery of one report stands; give it back in `deliveries` to go on. */
export type Delivery = {
  reportId: string;
  policyDomain: string;
  status: 'waiting' | 'delivered' | 'not-wanted' | 'given-up';
  /** When it was due first: some time after the end of the reported day. */
  due: string;
  attempts: number;
  firstAttempt: string | null;
  nextAttempt: string | null;
  /** The one that took it. */
  destination: string | null;
  /** What went wrong at the last attempt; `destination` null: before there was any. */
  failures: { destination: string | null; reason: string }[];
};

/** A report as a mail to hand over; `kind` says that no policy may hold it back (RFC 8460 §5.3) and that it is not to be tallied. */
export type ReportMail = {
  kind: 'tls-report';
  from: string;
  to: string;
  headers: [name: string, value: string][];
  body: Uint8Array;
};

export type CertificateDescription = {
  version: number;
  serial: string;
  subject: string;
  issuer: string;
  notBefore: string;
  notAfter: string;
  dnsNames: string[];
  commonName: string | null;
  publicKey: { algorithm: string; bits: number | null };
  signatureAlgorithm: string;
  sha256: string;
  spkiSha256: string;
  isCa: boolean;
};

/** A validated link of the chain of trust, for the next check under the same `anchors`, `nsec3` and `allowSha1Signatures`. Trusted input. */
export type ChainCacheEntry = { zone: string; status: 'secure' | 'insecure'; expiresAt: string; data: Uint8Array };

/** An RRSIG in short. */
export type ChainSignature = {
  typeCovered: string;
  signer: string;
  keyTag: number;
  algorithm: number;
  inception: string;
  expiration: string;
};

/** One zone on the way from the trust anchor to a name. */
export type ChainLink = {
  zone: string;
  status: SecurityStatus;
  /** The zone above whose DS vouches for it; null under an anchor, or where the chain cache does. */
  parent: string | null;
  /** Why the chain stops here. */
  reason: string | null;
  ds: { keyTag: number; algorithm: number; digestType: number }[];
  keys: { keyTag: number; algorithm: number; flags: number }[];
  signatures: ChainSignature[];
  validUntil: string | null;
  cached: boolean;
};

/** A question to the DNS, answered and judged. */
export type LookupResult = {
  status: SecurityStatus;
  rcode: string;
  canonicalName: string;
  /** None where the answer is bogus. `data` is in presentation form. */
  records: { name: string; type: string; ttl: number; data: string }[];
  validUntil: string | null;
  source: 'validated' | 'resolver' | 'none';
  hops: { owner: string; target: string; status: SecurityStatus }[];
  /** Why it is not secure: `code: words (owner TYPE)`. */
  reason: string | null;
  /** RFC 8914. */
  ede: number | null;
  /** From the anchor down. */
  chain: ChainLink[];
  /** Over the answer itself. */
  signatures: ChainSignature[];
  chainCache: ChainCacheEntry[];
  findings: Finding[];
};

// ---------------------------------------------------------------- publishing and rollover

/** A record to publish. `line` is a line of a zone file; `value` is what the form of a DNS provider wants. */
export type PublishedRecord = {
  owner: string;
  type: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'TLSA' | 'TXT';
  ttl: number;
  /** In presentation form: TXT in quotes, in strings of at most 255 octets. */
  data: string;
  /** The same without quotes. */
  value: string;
  line: string;
};

/** A policy file to serve; `text` and `body` are the same, with CRLF. */
export type PublishedPolicy = {
  url: string;
  mode: StsMode;
  mx: string[];
  maxAge: number;
  text: string;
  body: Uint8Array;
  /** The id of the `_mta-sts` record that announces it. */
  id: string;
};

/** One mail host, as far as it is known. `chain` is what it shows now, leaf first; PEM too. */
export type PublishedHost = {
  host: string;
  chain?: Uint8Array[] | string | null;
  /** Certificate or public key that comes next, DER or PEM. */
  next?: Uint8Array | string | null;
  /** Whether to make TLSA records of `chain` and `next`. Default: true where one of them is given. */
  tlsa?: boolean;
};

export type PublishOptions = {
  /** Default: that of the verdict. */
  domain?: string;
  /** Default: `testing`. */
  goal?: StsMode;
  /** Seconds. Default: one week for `enforce`, else one day. */
  maxAge?: number;
  /** The `mx` lines of the policy, patterns too. Default: the hosts. */
  mx?: string[];
  /** Default: those of the verdict, with the chains that were seen. */
  hosts?: PublishedHost[];
  /** Where TLS reports go: `mailto:` and `https:` URIs. None: no `_smtp._tls` record is made. */
  rua?: string[];
  /** Addresses of `mta-sts.<domain>`, or one host name that it is an alias of. */
  policyHost?: string[];
  /** TTL of the records made. Default: 3600. */
  ttl?: number;
  /** SMTP port of TLSA records. Default: 25. */
  port?: number;
  /** What is published now; default: what the verdict saw. Where the policy stays, so does the id. */
  previous?: { policy?: string | Uint8Array | null; id?: string | null } | null;
  /** What TLS reports said while the policy was in `testing`; null: none was seen. */
  reports?: { sessions: number; failures: number } | null;
  /** A live check. */
  verdict?: Pick<Verdict, 'facts'> | null;
  /** Roots by which a certificate is held against its host. Without, its CA is not judged. */
  roots?: Uint8Array[] | null;
  /** Default: now. */
  at?: Clock;
};

/** No value: the engine would judge it invalid, and an error says why. Warnings tell what `enforce` would break today. */
export type Publication = Checked<{
  domain: string;
  policy: PublishedPolicy;
  /** Whether the policy differs from the one before, and so its id. */
  changed: boolean;
  records: PublishedRecord[];
  /** All records as lines of a zone file. */
  zone: string;
}>;

/** Certificate usage, selector, matching type. */
export type TlsaParameters = [usage: number, selector: number, matchingType: number];

/** A change of key, certificate or TLSA parameters at one host. Chains are leaf first, DER or PEM. */
export type TlsaRollover = {
  kind: 'tlsa';
  host: string;
  /** The recipient domain, as a further name for DANE-TA. */
  domain?: string | null;
  port?: number;
  /** The full set as it is published now. */
  tlsa: (Tlsa | string)[];
  /** TTL of that set as its own servers give it. */
  ttl: number;
  /** The chain in use before the change. */
  current: Uint8Array[] | string;
  /** The chain, or the bare public key, in use after it. None: only the parameters change. */
  next?: Uint8Array[] | Uint8Array | string | null;
  /** The chain that the host shows now. Default: `current`. */
  served?: Uint8Array[] | string | null;
  /** Parameters in the end. Default: the usable ones of now; where there are none, `3 1 1`. */
  target?: TlsaParameters[] | null;
  /** Seconds from a signature over the set to its end (RRSIG). */
  signatureLife?: number | null;
};

/** A change of policy or MX hosts. Bodies as served. */
export type PolicyRollover = {
  kind: 'policy';
  domain: string;
  /** Where it starts from; `policy` null: none is published. */
  current: { policy: string | Uint8Array | null; id: string | null; mx: string[]; largestMaxAge?: number | null };
  /** Where it leads; `none` removes MTA-STS. What is left out stays. */
  next: { goal?: StsMode; maxAge?: number; mx?: string[] };
  /** What the world sees now. Default: `current`. */
  seen?: { policy: string | Uint8Array | null; id: string | null; mx: string[] } | null;
  /** TTL of the `_mta-sts` record. */
  ttl: number;
  /** TTL of the MX records. Default: `ttl`. */
  mxTtl?: number;
};

export type RolloverOptions = (TlsaRollover | PolicyRollover) & {
  /** The least of the SOA record's TTL and its MINIMUM (RFC 2308 §5): how long absence is cached. Default: `ttl`. */
  negativeTtl?: number | null;
  /** Seconds until every name server has a change. Default: 0. */
  propagation?: number;
  /** When what is seen now was put in place. Default: `at`, so that no wait is too short. */
  since?: Clock | null;
  /** Default: now. */
  at?: Clock;
};

export type RolloverStepCode =
  | 'restore-chain'
  | 'repair-records'
  | 'publish-records'
  | 'deploy-chain'
  | 'finish-records'
  | 'serve-policy'
  | 'announce-policy'
  | 'change-mx'
  | 'withdraw-record'
  | 'withdraw-policy';

export type RolloverStep = {
  code: RolloverStepCode;
  /** `wait`: the next one, not yet due. */
  status: 'done' | 'now' | 'wait' | 'later';
  /** One line. */
  what: string;
  clause: string;
  /** The earliest time; null where it is done. */
  notBefore: string | null;
  /** Whole RR sets from this step on; nothing else changes. */
  records: PublishedRecord[];
  /** RR sets that go, as `owner TYPE`; a policy by its URL. */
  remove: string[];
  /** The file to serve from this step on. */
  policy: PublishedPolicy | null;
  /** After it, before the next. */
  wait: { seconds: number; until: string | null; because: Step[] };
  /** How to see that it is done, as commands. */
  check: { command: string; expect: string }[];
};

export type Rollover = {
  kind: 'tlsa' | 'policy';
  /** The TLSA owner name, or the domain. */
  subject: string;
  steps: RolloverStep[];
  /** The step to do next; the number of steps where all is done; null where what is seen is on no step's way. */
  at: number | null;
  /** When all is done and waited for; null without a plan. */
  end: string | null;
  findings: Finding[];
};

// ---------------------------------------------------------------- functions

/** One question, validated; `anchors` are DS or DNSKEY lines, by default the root's (RFC 4035 §5). */
export function lookup(
  name: string,
  type: string,
  o: {
    dns: DnsHost;
    anchors?: string[] | null;
    chainCache?: ChainCacheEntry[] | null;
    /** Default: now. */
    at?: Clock;
    /** NSEC3 iterations (RFC 9276 §3.2): 50 and 500. */
    nsec3?: { insecureAbove?: number; bogusAbove?: number };
    /** Whether DNSSEC algorithms 5 and 7 count. */
    allowSha1Signatures?: boolean | null;
    signal?: AbortSignal;
    onNeed?(need: { query: Uint8Array; name: string; type: string }): void;
  },
): Promise<LookupResult>;

/** What a check starts from. */
export type CheckStart = {
  /** Default: now. */
  at?: Clock;
  options?: Options | null;
  /** DER. null: certificates are not checked against roots. */
  roots?: Uint8Array[] | null;
  cachedPolicy?: CachedPolicy | null;
  /** What an earlier check proved. Trusted input: whoever writes it is a trust anchor. */
  chainCache?: ChainCacheEntry[] | null;
};

export type CheckOptions = CheckStart & {
  dns?: DnsHost;
  fetch?: FetchHost;
  starttls?: StarttlsHost;
  store?: PolicyStore;
  signal?: AbortSignal;
  onNeed?(need: Need): void;
};

/** Only for a caller with a module of its own: every entry is ready after import. */
export function init(module?: WebAssembly.Module | Uint8Array | URL): Promise<void>;
export function check(domain: string, o?: CheckOptions): Promise<Verdict>;
export type Conducted = { verdict: Verdict; evidence: Evidence; chainCache: ChainCacheEntry[] };
export function conduct(domain: string, o?: CheckOptions): Promise<Conducted>;
export class Check {
  constructor(domain: string, o?: CheckStart);
  needs(): Need[];
  feed(id: number, answer: Answer): void;
  readonly verdict: Verdict | null;
  readonly evidence: Evidence;
  readonly cachedPolicy: CachedPolicy | null;
  readonly chainCache: ChainCacheEntry[];
  /** Gives the engine's memory back at once. */
  free(): void;
  static replay(evidence: Evidence, options?: Options): Verdict;
}
export function decide(facts: Facts, options?: Options): Verdict;
export function judgeSession(o: {
  host: HostVerdict;
  session: Session;
  roots?: Uint8Array[];
  earlier?: SessionVerdict[];
  more?: boolean;
  at?: Clock;
}): SessionVerdict;
export function compare(before: Verdict, after: Verdict): Finding[];
export function stringify(value: Verdict | Evidence | Facts | LookupResult | ChainCacheEntry[] | Publication | Rollover | Tlsa[]): string;

export function parseStsRecord(
  rrset: string | string[],
): Checked<StsRecord> & { status: RrsetStatus };
export function parseStsPolicy(body: string | Uint8Array): Checked<StsPolicy>;
export function matchMx(patterns: string[], host: string): string | null;
export function nextCacheState(o: {
  entry: CachedPolicy | null;
  txt: TxtOutcome;
  fetch: FetchOutcome | null;
  at: Clock;
}): CacheStep;
/** What to publish for MTA-STS, TLS-RPT and DANE (RFC 8461 §8, RFC 7671 §8). */
export function publishSts(o: PublishOptions): Publication;
/** Dated steps, none of which a sender's caches can break (RFC 7671 §8, RFC 8461 §8). */
export function planRollover(o: RolloverOptions): Rollover;
export function classifyFetch(answer: PolicyAnswer, lenientContentType?: boolean): FetchedPolicy;
export function fetchPolicy(
  domain: string,
  o: { fetch: FetchHost; timeoutMs?: number; signal?: AbortSignal },
): Promise<FetchedPolicy>;
export function parseTlsRptRecord(
  rrset: string | string[],
): Checked<TlsRptRecord> & { status: RrsetStatus };
export function parseTlsa(rdata: string | Uint8Array): Checked<Tlsa>;
export function formatTlsa(tlsa: Tlsa): string;
/** A certificate or public key, DER or PEM. Default: `3 1 1`. Throws for private keys. */
export function tlsaFor(
  input: Uint8Array | string,
  o?: { usage?: 0 | 1 | 2 | 3; selector?: 0 | 1; matchingType?: 0 | 1 | 2 },
): Tlsa;
/** `names`: any one must match, but under DANE-EE. `digestOrder`: strongest first, default [2, 1]. */
export function verifyDane(o: {
  tlsa: (Tlsa | string)[];
  chain: Uint8Array[];
  names: string[];
  at?: Clock;
  allowPkix?: boolean;
  roots?: Uint8Array[];
  digestOrder?: number[];
}): DaneOutcome;
export function verifyWebPki(o: {
  chain: Uint8Array[];
  host: string;
  roots: Uint8Array[];
  at?: Clock;
}): WebPkiOutcome;
export function describeCertificate(certificate: Uint8Array | string): CertificateDescription;
export function certificatesFromPem(pem: string): Uint8Array[];

// ---------------------------------------------------------------- TLS-RPT: functions

/** The JSON of a report, at most 10 MiB (RFC 8460 §4.4). Of a repeated member the last counts. */
export function parseReport(json: Uint8Array): Checked<TlsReport>;
/** JSON, gzip of it, or a whole report mail. DKIM is the caller's to verify (RFC 8460 §3). */
export function readReport(bytes: Uint8Array): Promise<Checked<TlsReport>>;
/** Throws `ERR_INVALID_ARGUMENT` for what RFC 8460 does not allow. */
export function writeReport(
  report: TlsReport,
  o?: {
    /** The sending domain; default, and by RFC 8460 §5.3 always: that of the report's contact. */
    submitter?: string;
    /** Default: the report's contact. */
    from?: string;
    to?: string;
    /** Default: true. */
    gzip?: boolean;
    /** The Date of the mail. Default: now. */
    at?: Clock;
  },
): Promise<WrittenReport>;

/**
 * Counts judged sessions. Tallies of several workers add up to the same reports in any order. Bounded: beyond its
 * bounds addresses, then policies, then whole domains are not told apart any more, and counts stay right.
 */
export class Tally {
  /** `results` of `judgeSession`; `host`: the MX host of the session. Of a `tls-report` there are none. */
  add(o: { session?: Session | null; results: SessionVerdict['results']; at: Clock; host?: string | null }): void;
  merge(other: Tally): void;
  toBytes(): Uint8Array;
  /** Throws `ERR_INVALID_ARGUMENT` for octets that no tally wrote. */
  static from(bytes: Uint8Array): Tally;
  /** One a policy domain and UTC day. */
  reports(o: {
    organizationName: string;
    contactInfo: string;
    /** Only days that had ended by then. Default: all. */
    before?: Clock | null;
  }): TlsReport[];
  /** Leaves out days that had ended by then: their reports are written. */
  forget(before: Clock): void;
  /** Sessions of domains beyond the bounds: no report has them. */
  readonly omitted: number;
  /** Gives the engine's memory back at once. */
  free(): void;
}

export function summarizeReports(reports: TlsReport[]): Summary;
/** What the failures come from, as far as a verdict on the domain can tell. */
export function explain(summary: Summary, verdict: Verdict): Finding[];

/**
 * Delivers what is due, once; call it again with the `deliveries` it gave, such as every half hour. With `sleep` it goes on
 * by itself until nothing waits. Any one destination of the domain's `rua` that accepts will do.
 */
export function sendReports(o: {
  reports: TlsReport[];
  /** For the `_smtp._tls` record; or `dns`. */
  lookup?(name: string, type: string): Promise<Pick<LookupResult, 'status' | 'rcode' | 'records' | 'reason'>>;
  dns?: DnsHost;
  /** For `https:` destinations. */
  fetch?: FetchHost | typeof fetch;
  /** For `mailto:` destinations; signs (DKIM) and sends, and throws where nobody took it. After ten minutes it counts as failed; all else after one. */
  mail?(message: ReportMail): Promise<unknown>;
  deliveries?: Delivery[];
  submitter?: string;
  from?: string;
  gzip?: boolean;
  /** Default: now. With `sleep`: a function. */
  at?: Clock | (() => Clock);
  /** From 0 to 1; spreads first attempts over `spreadSeconds`. Default: `Math.random`. */
  random?(): number;
  /** Default: a day. At most 31. */
  spreadSeconds?: number;
  sleep?(milliseconds: number, signal?: AbortSignal): Promise<unknown>;
  /** After every attempt, for a store; it is waited for. */
  onDelivery?(delivery: Delivery): void | Promise<void>;
  signal?: AbortSignal;
}): Promise<Delivery[]>;
