/**
 * An answer that says what went wrong: a problem document (RFC 9457) with the member `code` beside the standard ones.
 * It never holds a stack, and never a text that neither this code nor the engine wrote.
 */

export type ProblemCode = keyof typeof STATUS;

/** `more` adds members, `headers` adds headers. */
export function problem(
  code: ProblemCode,
  detail: string,
  { more = {}, headers = {} }: { more?: Record<string, unknown>; headers?: Record<string, string> } = {},
): Response {
  return Response.json(problemDocument(code, detail, more), {
    status: STATUS[code],
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  });
}

/** RFC 9457 §4.2.1: with `about:blank` the title is that of the status; what is special to it is the code. */
export function problemDocument(code: ProblemCode, detail: string, more: Record<string, unknown> = {}) {
  const status = STATUS[code];
  return { type: 'about:blank', title: TITLE[status], status, code, detail, ...more };
}

export const STATUS = {
  ERR_INVALID_ARGUMENT: 400,
  ERR_INVALID_DOMAIN: 400,
  ERR_UNAUTHORIZED: 401,
  ERR_NOT_HOSTED: 403,
  ERR_NOT_FOUND: 404,
  ERR_NO_POLICY: 404,
  ERR_METHOD_NOT_ALLOWED: 405,
  ERR_CONFLICT: 409,
  ERR_TOO_EARLY: 409,
  ERR_TOO_LARGE: 413,
  ERR_MEDIA_TYPE: 415,
  ERR_INVALID_CONTENT: 422,
  ERR_RATE_LIMITED: 429,
  ERR_INTERNAL: 500,
  ERR_POLICY_FETCH: 502,
  ERR_NOT_CONFIGURED: 503,
  ERR_TIMEOUT: 504,
} as const;

const TITLE: Record<(typeof STATUS)[ProblemCode], string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};
