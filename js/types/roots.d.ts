/** What `mxseal/roots` exports: the roots that Mozilla trusts for TLS servers, DER, for `roots` of `check` and `verifyWebPki`. */
export const roots: Uint8Array[];
export default roots;
