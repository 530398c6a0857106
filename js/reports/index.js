/** TLS-RPT reports (RFC 8460 §4, §5): read, written, tallied, sent, summed up and explained. */

export { parseReport, readReport } from './read.js';
export { sendReports } from './send.js';
export { explain, summarizeReports } from './summary.js';
export { Tally } from './tally.js';
export { writeReport } from './write.js';
