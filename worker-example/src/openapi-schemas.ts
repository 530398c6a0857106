/**
 * The JSON of bodies and answers (JSON Schema 2020-12, as OpenAPI 3.1 has it). `Verdict`, `Evidence` and what they hold are
 * the engine's: described here as far as a client reads on from them, and in full by the types of `mxseal`.
 */

import { STATUS } from './problem.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const text = { type: 'string' };
const whole = { type: 'integer', minimum: 0 };
const time = { type: 'string', format: 'date-time' };
const list = (items: object) => ({ type: 'array', items });
const orNull = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });
const oneOf = (...values: string[]) => ({ enum: values });
/** All members, and no others. */
const exactly = (properties: Record<string, object>) => ({ type: 'object', properties, required: Object.keys(properties), additionalProperties: false });
/** These members, all of them, and maybe others. */
const atLeast = (properties: Record<string, object>) => ({ type: 'object', properties, required: Object.keys(properties) });
/** Any of these members, and no others. */
const anyOf = (properties: Record<string, object>, required: string[] = []) => ({ type: 'object', properties, required, additionalProperties: false });

const mode = oneOf('enforce', 'testing', 'none');
const requirement = oneOf('opportunistic', 'encrypted', 'webpki', 'dane', 'dane+webpki', 'unusable');
const findings = list(ref('Finding'));
const steps = list(exactly({ fact: text, clause: text, conclusion: text }));
const range = exactly({ startDatetime: orNull(text), endDatetime: orNull(text) });
const policy = { domain: text, id: text, mode, maxAge: whole, since: time, served: { type: 'boolean' }, schedule: orNull(ref('Schedule')), mx: list(text) };
const checked = (value: object, more: Record<string, object> = {}) => exactly({ value: orNull(value), findings, ...more });
const status = oneOf('valid', 'absent', 'multiple', 'invalid');
const pairs = list({ type: 'array', prefixItems: [text, text], minItems: 2, maxItems: 2 });

export const schemas = {
  Problem: {
    description: 'A problem document (RFC 9457)',
    ...atLeast({ type: text, title: text, status: { type: 'integer', minimum: 400, maximum: 599 }, code: oneOf(...Object.keys(STATUS)), detail: text }),
  },
  Finding: exactly({
    code: text,
    severity: oneOf('error', 'warning', 'info', 'ok'),
    subject: text,
    span: orNull(exactly({ line: whole, column: whole, start: whole, end: whole })),
    message: text,
    clause: text,
    remedy: orNull(text),
  }),
  Verdict: exactly({
    domain: text,
    at: time,
    validUntil: orNull(time),
    posture: oneOf('protected', 'partial', 'testing', 'unprotected', 'broken', 'no-mail', 'unknown'),
    action: oneOf('deliver', 'defer', 'fail'),
    enhancedStatus: orNull(text),
    because: steps,
    facts: atLeast({ domain: text, nextHop: text, at: time, mx: ref('Lookup'), stsTxt: ref('Lookup'), tlsRptTxt: ref('Lookup'), policy: { type: 'object' }, hosts: list({ type: 'object' }) }),
    hosts: list(ref('HostVerdict')),
    senders: exactly({ 'mta-sts': ref('Sender'), dane: ref('Sender'), 'dane+mta-sts': ref('Sender'), opportunistic: ref('Sender') }),
    findings,
  }),
  Lookup: atLeast({
    outcome: oneOf('found', 'no-data', 'nxdomain', 'failed', 'not-asked'),
    security: exactly({ status: oneOf('secure', 'insecure', 'bogus', 'indeterminate'), source: oneOf('validated', 'resolver', 'none') }),
    validUntil: orNull(time),
    records: { type: 'array' },
  }),
  HostVerdict: atLeast({
    host: text,
    preference: whole,
    addresses: list(exactly({ ip: text, status: text })),
    requirement,
    basis: list(oneOf('dane', 'mta-sts', 'local')),
    sts: orNull(exactly({ mode, pattern: orNull(text) })),
    serverName: text,
    tlsaBase: orNull(text),
    tlsa: list(ref('Tlsa')),
    conformance: oneOf('met', 'unmet', 'unobserved'),
    because: steps,
  }),
  Sender: exactly({ action: oneOf('deliver', 'deliver-unprotected', 'defer', 'fail', 'unknown'), hosts: list(exactly({ host: text, requirement })), because: steps }),
  Tlsa: exactly({ usage: whole, selector: whole, matchingType: whole, data: { type: 'string', contentEncoding: 'base64' } }),
  Evidence: atLeast({ format: { const: 'mxseal-evidence' }, version: { const: 1 }, domain: text, at: time, options: { type: 'object' }, answers: { type: 'array' } }),
  PolicyAnswer: exactly({ httpStatus: whole, contentType: orNull(text), body: { type: 'string', contentEncoding: 'base64' }, redirected: { type: 'boolean' } }),
  Replay: { anyOf: [ref('Evidence'), anyOf({ evidence: ref('Evidence'), options: { type: 'object' } }, ['evidence'])] },
  LintInput: { ...anyOf({ policy: text, stsTxt: { anyOf: [text, list(text)] }, tlsRptTxt: { anyOf: [text, list(text)] }, tlsa: list(text) }), minProperties: 1 },
  Lint: {
    ...anyOf({
      policy: checked(exactly({ mode, mx: list(text), maxAge: whole, extensions: pairs, lines: list(text) })),
      stsTxt: checked(exactly({ id: text, extensions: pairs }), { status }),
      tlsRptTxt: checked(exactly({ rua: list(text), extensions: pairs }), { status }),
      tlsa: list(checked(ref('Tlsa'))),
    }),
    minProperties: 1,
  },
  Schedule: exactly({ notBefore: time, maxAge: whole, minimumSessions: whole, maximumFailures: whole, waitingFor: list(text) }),
  PolicyInput: anyOf(
    { mode, mx: list(text), maxAge: whole, schedule: orNull(anyOf({ notBefore: time, maxAge: whole, minimumSessions: whole, maximumFailures: whole }, ['notBefore'])) },
    ['mode'],
  ),
  HostedPolicy: exactly({ ...policy, policy: text, findings, records: list(exactly({ owner: text, type: text, ttl: whole, data: text, value: text, line: text, notBefore: orNull(time) })), safeToDeleteAt: orNull(time) }),
  PolicyList: exactly({ policies: list(exactly(policy)), next: orNull(text) }),
  PolicyHistory: exactly({
    domain: text,
    history: list(exactly({ id: text, mode, maxAge: whole, since: time, until: orNull(time), policy: text })),
    audit: list(exactly({ at: time, actor: oneOf('admin', 'schedule'), address: orNull(text), action: oneOf('publish', 'promote', 'leave', 'delete'), detail: { type: 'object' } })),
  }),
  ReportReceipt: exactly({ outcome: oneOf('stored', 'duplicate'), organizationName: orNull(text), reportId: orNull(text), domains: list(text), findings }),
  Reports: exactly({
    domain: text,
    since: time,
    truncated: { type: 'boolean' },
    reports: list(exactly({ organizationName: orNull(text), reportId: orNull(text), contactInfo: orNull(text), dateRange: range, receivedAt: time, via: oneOf('https', 'mail'), signedBy: orNull(text) })),
    summary: exactly({ reports: whole, duplicates: whole, domains: list({ type: 'object' }) }),
    posture: orNull(text),
    explanations: findings,
  }),
  Scan: atLeast({ id: text, state: oneOf('receiving', 'running', 'done', 'cancelled', 'broken'), lines: whole, domains: whole, invalid: whole, waiting: whole, checked: whole, failed: whole, duplicates: whole }),
};
