/** Node, Bun and Deno: the engine's bytes, from the file beside the package. */

import { readFileSync } from 'node:fs';

export default readFileSync(new URL('../../pkg/mxseal_bg.wasm', import.meta.url));

/** Whether one check may wait for what another has begun. */
export const sharesWork = true;
