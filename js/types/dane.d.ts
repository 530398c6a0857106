/** What `mxseal/dane` exports. */
export { certificatesFromPem, describeCertificate, parseTlsa, verifyWebPki } from '../types.js';
