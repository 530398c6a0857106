/** Node, Bun and Deno: the octets of the receiving side, from the file beside the package. */

import { readFileSync } from 'node:fs';

export default readFileSync(new URL('../../../pkg/receiver_bg.wasm', import.meta.url));
