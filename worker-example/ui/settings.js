/**
 * What a deployment on a network of its own writes into index.html: `trust-anchors`, DS or DNSKEY records one a line, and
 * `allow-private-addresses`, `true`. Empty, as they are shipped, means the Internet. No link can set them.
 */

/** @returns {import('mxseal').Options} */
export function settings() {
  const anchors = content('trust-anchors')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return {
    ...(anchors.length > 0 && { anchors }),
    ...(content('allow-private-addresses') === 'true' && { allowPrivateAddresses: true }),
  };
}

/** @param {string} name */
function content(name) {
  return document.querySelector(`meta[name="${name}"]`)?.getAttribute('content') ?? '';
}
