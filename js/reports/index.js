/** TLS-RPT reports (RFC 8460 §4, §5): read and written. */

export { parseReport, readReport } from './read.js';
export { writeReport } from './write.js';
