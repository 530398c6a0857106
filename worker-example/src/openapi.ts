/**
 * GET /api/openapi.json: every route of this Worker as OpenAPI 3.1. The tests hold the routes and the answers against it.
 */

import { CHOICES } from './check-options.ts';
import { STATUS } from './problem.ts';
import type { ProblemCode } from './problem.ts';
import { schemas } from './openapi-schemas.ts';

export async function describe(): Promise<Response> {
  return Response.json(DOCUMENT, { headers: { 'cache-control': 'public, max-age=3600', 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' } });
}

type Content = Record<string, { schema: object }>;
type Success = { description: string; content?: Content };
type Operation = { summary: string; tag: string; parameters?: object[]; body?: Content; success: Record<number, Success>; problems: ProblemCode[]; admin?: boolean };

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (name: string): Content => ({ 'application/json': { schema: ref(name) } });
const ok = (description: string, content?: Content): Success => ({ description, ...(content && { content }) });

/** What the table of operations says once for each, said in full. */
function operation({ summary, tag, parameters, body, success, problems, admin = false }: Operation) {
  const codes: ProblemCode[] = [...problems, 'ERR_INTERNAL', 'ERR_RATE_LIMITED', ...(admin ? (['ERR_UNAUTHORIZED', 'ERR_NOT_CONFIGURED'] as const) : [])];
  const refusals: Record<number, object> = {};
  for (const status of new Set(codes.map((code) => STATUS[code]))) {
    const description = codes.filter((code) => STATUS[code] === status).join(', ');
    refusals[status] = { description, content: { 'application/problem+json': { schema: ref('Problem') } } };
  }
  return {
    summary,
    tags: [tag],
    ...(parameters && { parameters }),
    ...(body && { requestBody: { required: true, content: body } }),
    responses: { ...success, ...refusals },
    ...(admin && { security: [{ adminToken: [] }] }),
  };
}

const path = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string' } });
const query = (name: string, schema: object, description?: string) => ({ name, in: 'query', schema, ...(description && { description }) });
const number = (minimum: number, maximum: number) => ({ type: 'integer', minimum, maximum });
const DOMAIN = [path('domain')];
const SCAN = [path('id')];
const FORCE = query('force', { type: 'boolean' }, 'Enforce although a mail host is left out');
const FORMAT = query('format', { enum: ['csv', 'jsonl'] });
const LINES: Content = { 'application/jsonl': { schema: { type: 'string' } }, 'text/csv': { schema: { type: 'string' } } };
const POLICY = ok('The policy as it is served now, and the records to publish beside it', json('HostedPolicy'));

const PATHS: Record<string, Record<string, Operation>> = {
  '/api/check/{domain}': {
    get: {
      summary: 'The verdict on a domain; as events where Accept names text/event-stream: stage, need, then verdict or problem, then end',
      tag: 'checker',
      parameters: [...DOMAIN, ...Object.entries(CHOICES).map(([name, choices]) => query(name, { enum: choices, default: choices[0] }))],
      success: { 200: ok('The verdict', { ...json('Verdict'), 'text/event-stream': { schema: { type: 'string' } } }) },
      problems: ['ERR_INVALID_DOMAIN', 'ERR_INVALID_ARGUMENT', 'ERR_TIMEOUT'],
    },
  },
  '/api/policy/{domain}': {
    get: {
      summary: 'The policy file of a domain, as its policy host serves it',
      tag: 'checker',
      parameters: DOMAIN,
      success: { 200: ok('What the policy host answered', json('PolicyAnswer')) },
      problems: ['ERR_INVALID_DOMAIN', 'ERR_NO_POLICY', 'ERR_POLICY_FETCH', 'ERR_TIMEOUT'],
    },
  },
  '/api/replay': {
    post: {
      summary: 'Recorded evidence to its verdict, without a network',
      tag: 'checker',
      body: json('Replay'),
      success: { 200: ok('The verdict', json('Verdict')) },
      problems: ['ERR_MEDIA_TYPE', 'ERR_TOO_LARGE', 'ERR_INVALID_CONTENT'],
    },
  },
  '/api/lint': {
    post: {
      summary: 'What one would publish, as the engine reads it',
      tag: 'checker',
      body: json('LintInput'),
      success: { 200: ok('For each member what it holds and what is to be said of it', json('Lint')) },
      problems: ['ERR_MEDIA_TYPE', 'ERR_TOO_LARGE', 'ERR_INVALID_CONTENT'],
    },
  },
  '/api/openapi.json': {
    get: { summary: 'This description', tag: 'checker', success: { 200: ok('OpenAPI 3.1', { 'application/json': { schema: { type: 'object' } } }) }, problems: [] },
  },
  '/.well-known/mta-sts.txt': {
    get: {
      summary: 'At mta-sts.<domain>: the policy of the domain (RFC 8461 §3.2)',
      tag: 'policy host',
      success: { 200: ok('The policy', { 'text/plain': { schema: { type: 'string' } } }), 304: ok('It is the one that the client has') },
      problems: ['ERR_NO_POLICY'],
    },
  },
  '/api/policies': {
    get: {
      summary: 'The policies hosted here, by name',
      tag: 'policy host',
      parameters: [query('after', { type: 'string' }), query('limit', number(1, 100))],
      success: { 200: ok('A page; `next` is the `after` of the next one', json('PolicyList')) },
      problems: ['ERR_INVALID_ARGUMENT'],
      admin: true,
    },
  },
  '/api/policies/{domain}': {
    get: { summary: 'A hosted policy', tag: 'policy host', parameters: DOMAIN, success: { 200: POLICY }, problems: ['ERR_INVALID_DOMAIN', 'ERR_NO_POLICY'], admin: true },
    put: {
      summary: 'Publishes a policy, if the engine finds no error in it',
      tag: 'policy host',
      parameters: [...DOMAIN, FORCE],
      body: { ...json('PolicyInput'), 'text/plain': { schema: { type: 'string' } } },
      success: { 200: POLICY, 201: POLICY },
      problems: ['ERR_INVALID_DOMAIN', 'ERR_MEDIA_TYPE', 'ERR_TOO_LARGE', 'ERR_INVALID_CONTENT', 'ERR_CONFLICT'],
      admin: true,
    },
    delete: {
      summary: 'First replaces the policy by one of mode none, then, when no sender holds an earlier one, takes it away (RFC 8461 §8.3)',
      tag: 'policy host',
      parameters: DOMAIN,
      success: { 202: POLICY, 204: ok('Taken away') },
      problems: ['ERR_INVALID_DOMAIN', 'ERR_NO_POLICY', 'ERR_TOO_EARLY'],
      admin: true,
    },
  },
  '/api/policies/{domain}/history': {
    get: {
      summary: 'Every policy that was served, and who changed it',
      tag: 'policy host',
      parameters: DOMAIN,
      success: { 200: ok('Newest first, 100 of each', json('PolicyHistory')) },
      problems: ['ERR_INVALID_DOMAIN', 'ERR_NOT_FOUND'],
      admin: true,
    },
  },
  '/api/policies/{domain}/promote': {
    post: {
      summary: 'From testing to enforce, now',
      tag: 'policy host',
      parameters: [...DOMAIN, FORCE],
      success: { 200: POLICY },
      problems: ['ERR_INVALID_DOMAIN', 'ERR_NO_POLICY', 'ERR_CONFLICT'],
      admin: true,
    },
  },
  '/tlsrpt': {
    post: {
      summary: 'Takes a TLS report (RFC 8460 §5.4)',
      tag: 'reports',
      body: { 'application/tlsrpt+json': { schema: { type: 'object' } }, 'application/tlsrpt+gzip': { schema: { type: 'string', format: 'binary' } } },
      success: { 200: ok('It was taken before', json('ReportReceipt')), 201: ok('Taken', json('ReportReceipt')) },
      problems: ['ERR_MEDIA_TYPE', 'ERR_TOO_LARGE', 'ERR_INVALID_CONTENT', 'ERR_NOT_HOSTED', 'ERR_CONFLICT'],
    },
  },
  '/api/scan': {
    post: {
      summary: 'Checks every domain of a list of up to a million',
      tag: 'scan',
      parameters: [query('recheck', number(1, 365), 'Days until it is checked again')],
      body: { 'text/plain': { schema: { type: 'string' } }, ...LINES },
      success: { 202: ok('Begun', json('Scan')) },
      problems: ['ERR_MEDIA_TYPE', 'ERR_INVALID_ARGUMENT', 'ERR_TOO_LARGE', 'ERR_INVALID_CONTENT', 'ERR_CONFLICT'],
      admin: true,
    },
  },
  '/api/scan/{id}': {
    get: { summary: 'How far a scan is', tag: 'scan', parameters: SCAN, success: { 200: ok('Its state and counts', json('Scan')) }, problems: ['ERR_NOT_FOUND'], admin: true },
    delete: { summary: 'Ends a scan', tag: 'scan', parameters: SCAN, success: { 200: ok('Cancelled', json('Scan')) }, problems: ['ERR_NOT_FOUND', 'ERR_CONFLICT'], admin: true },
  },
  '/api/scan/{id}/results': {
    get: {
      summary: 'A row a domain',
      tag: 'scan',
      parameters: [...SCAN, FORMAT, query('after', { type: 'string' })],
      success: { 200: ok('By domain', LINES) },
      problems: ['ERR_NOT_FOUND', 'ERR_INVALID_ARGUMENT'],
      admin: true,
    },
  },
  '/api/scan/{id}/changes': {
    get: { summary: 'What a re-check found changed', tag: 'scan', parameters: [...SCAN, FORMAT], success: { 200: ok('By domain', LINES) }, problems: ['ERR_NOT_FOUND', 'ERR_INVALID_ARGUMENT'], admin: true },
  },
  '/api/scan/{id}/evidence/{domain}': {
    get: {
      summary: 'What a check of the scan saw, for /api/replay',
      tag: 'scan',
      parameters: [...SCAN, ...DOMAIN],
      success: { 200: ok('Evidence', json('Evidence')) },
      problems: ['ERR_NOT_FOUND', 'ERR_INVALID_DOMAIN'],
      admin: true,
    },
  },
};

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'mxseal at the edge', version: '1', description: 'May this mail go to this host, under which TLS requirements, and why? HEAD works wherever GET does.', license: { name: 'MIT OR Apache-2.0' } },
  paths: Object.fromEntries(
    Object.entries(PATHS).map(([path, methods]) => [path, Object.fromEntries(Object.entries(methods).map(([method, given]) => [method, operation(given)]))]),
  ),
  components: { schemas, securitySchemes: { adminToken: { type: 'http', scheme: 'bearer' } } },
};
