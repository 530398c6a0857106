/** What `mxseal/dane` exports. */
export { certificatesFromPem, describeCertificate, formatTlsa, parseTlsa, planRollover, tlsaFor, verifyDane, verifyWebPki } from '../types.js';
