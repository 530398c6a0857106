/** `mxseal/roots`: the roots that Mozilla trusts for TLS servers, DER. An asset of its own: nothing else imports it. */

import encoded from '../pkg/roots.js';

/** @type {Uint8Array[]} */
export const roots = encoded.map((base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
export default roots;
