/** What `mxseal/dane` exports. */
export { certificatesFromPem, describeCertificate, formatTlsa, parseTlsa, tlsaFor, verifyDane, verifyWebPki } from '../types.js';
