/** A WebAssembly module behind its boundary: instantiated once, and what it throws becomes `MxsealError`. */

import { MxsealError, invalidArgument } from './error.js';

/** @typedef {WebAssembly.Module | Uint8Array | URL} Source */

/**
 * @template {{ default: (o: { module_or_path: URL }) => Promise<unknown>, initSync: (o: { module: any }) => unknown }} Glue
 * @param {Glue} glue what wasm-bindgen made
 * @param {Source} source the file beside the package, as the platform has it
 */
export function moduleOf(glue, source) {
  let ready = false;
  return {
    /** @param {Source} [module] */
    async init(module = source) {
      if (ready) return;
      if (module instanceof URL) {
        await glue.default({ module_or_path: module });
      } else {
        glue.initSync({ module });
      }
      ready = true;
    },

    /**
     * Calls into the module.
     * @template T
     * @param {(module: Glue) => T} work
     * @returns {T}
     */
    call(work) {
      if (!ready) throw invalidArgument('the engine is not ready: await init() first');
      try {
        return work(glue);
      } catch (error) {
        const { code, message } = /** @type {{ code?: unknown, message?: unknown }} */ (error ?? {});
        if (!(error instanceof Error) && typeof code === 'string') {
          // serde-wasm-bindgen carries its errors as JavaScript's, and prints them with the name.
          throw new MxsealError(/** @type {any} */ (code), short(String(message).replace(/: Error: /, ': ')));
        }
        throw error;
      }
    },
  };
}

/** What is wrong stands at both ends of a message, and what was given between them. @param {string} message */
function short(message) {
  return message.length <= 600 ? message : `${message.slice(0, 300)} … ${message.slice(-200)}`;
}
