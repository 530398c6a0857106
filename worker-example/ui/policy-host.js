/**
 * The policy file from a page (RFC 8461 §3.3): asked directly, and where the browser refuses to hand the answer over,
 * since few policy hosts send CORS headers, through the Worker's proxy on the page's own origin. Without a proxy the
 * engine is told what the page knows: that the fetch failed and nobody says why.
 */

/**
 * @param {(way: 'direct' | 'proxy') => void} onAnswer tells which way the answer came
 * @returns {import('mxseal').FetchHost}
 */
export function policyHost(onAnswer) {
  return async (url, init) => {
    try {
      const response = await fetch(url, init);
      // A redirect is hidden from the page: not even its status is known.
      if (response.type !== 'opaqueredirect') {
        onAnswer('direct');
        return response;
      }
    } catch {
      init.signal?.throwIfAborted();
    }
    const response = await throughProxy(url, init.signal ?? null);
    onAnswer('proxy');
    return response;
  };
}

/** @param {string} url @param {AbortSignal | null} signal */
async function throughProxy(url, signal) {
  const domain = new URL(url).hostname.replace(/^mta-sts\./, '');
  const response = await fetch(`/api/policy/${encodeURIComponent(domain)}`, { signal, cache: 'no-store' });
  const answer = await response.json().catch(() => null);
  if (response.ok && answer !== null) return asResponse(answer);
  throw new Error('the policy file could not be read from this page', { cause: { code: answer?.cause ?? 'opaque' } });
}

/** @param {{ httpStatus: number, contentType: string | null, body: string, redirected: boolean }} answer */
function asResponse({ httpStatus, contentType, body, redirected }) {
  const bytes = Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
  const bodiless = [204, 205, 304].includes(httpStatus);
  const response = new Response(bodiless ? null : bytes, {
    status: httpStatus,
    headers: contentType === null ? {} : { 'content-type': contentType },
  });
  return Object.defineProperty(response, 'redirected', { value: redirected });
}
