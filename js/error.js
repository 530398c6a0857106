/** `MxsealError`, which hosts throw too; they know nothing above them, so it stands with them. */

export { MxsealError, invalidArgument } from './hosts/mistake.js';
