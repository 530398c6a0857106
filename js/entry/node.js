/** Node, Bun and Deno: the engine's bytes, from the file beside the package. */

import { readFileSync } from 'node:fs';

export default readFileSync(new URL('../../pkg/mxseal_bg.wasm', import.meta.url));
