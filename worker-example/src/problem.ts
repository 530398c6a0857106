/**
 * An answer that says what went wrong: `{ error: { code, message } }` with the HTTP status that fits.
 * It never holds a stack, and never a text that the code did not write itself.
 */

export type ProblemCode =
  | 'ERR_INVALID_DOMAIN'
  | 'ERR_NOT_FOUND'
  | 'ERR_METHOD_NOT_ALLOWED'
  | 'ERR_NO_POLICY'
  | 'ERR_POLICY_FETCH'
  | 'ERR_TIMEOUT'
  | 'ERR_INTERNAL';

const STATUS: Record<ProblemCode, number> = {
  ERR_INVALID_DOMAIN: 400,
  ERR_NOT_FOUND: 404,
  ERR_METHOD_NOT_ALLOWED: 405,
  ERR_NO_POLICY: 404,
  ERR_POLICY_FETCH: 502,
  ERR_TIMEOUT: 504,
  ERR_INTERNAL: 500,
};

/** `more` adds members to `error`, `headers` adds headers. */
export function problem(
  code: ProblemCode,
  message: string,
  { more = {}, headers = {} }: { more?: Record<string, unknown>; headers?: Record<string, string> } = {},
): Response {
  return Response.json(
    { error: { code, message, ...more } },
    { status: STATUS[code], headers: { 'cache-control': 'no-store', ...headers } },
  );
}
