/**
 * Security headers of every answer of the API. The page's own are in ui/_headers, since the platform serves it
 * without asking the Worker.
 */

const HEADERS: Record<string, string> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
};

/** The same answer with the headers that it does not have; to HEAD, without its body (RFC 9110 §9.3.2). */
export function finish(request: Request, response: Response): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(HEADERS)) if (!headers.has(name)) headers.set(name, value);
  return new Response(request.method === 'HEAD' ? null : response.body, { status: response.status, headers });
}
