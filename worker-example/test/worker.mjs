/** The built Worker and its page in the real workerd, as wrangler.jsonc describes them, on a network of the test's own. */

import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Miniflare, Response } from 'miniflare';

const root = fileURLToPath(new URL('..', import.meta.url));
const config = JSON.parse((await readFile(`${root}wrangler.jsonc`, 'utf8')).replace(/^\s*\/\/.*$/gm, ''));

/**
 * @param {(href: string) => globalThis.Response} network throws where nobody is there
 * @param {Record<string, unknown>} [bindings] beside those of wrangler.jsonc
 * @returns {Promise<Miniflare>}
 */
export async function startWorker(network, bindings = {}) {
  const worker = new Miniflare({
    workers: [
      {
        name: config.name,
        rootPath: root,
        modules: [{ type: 'ESModule', path: 'clock.js', contents: CLOCK }, ...(await built())],
        compatibilityDate: config.compatibility_date,
        bindings: { ...config.vars, DOH: 'https://doh.test/dns-query', ...bindings },
        assets: {
          directory: `${root}${config.assets.directory}`,
          binding: config.assets.binding,
          routerConfig: { has_user_worker: true, static_routing: { user_worker: config.assets.run_worker_first } },
        },
        outboundService: 'network',
      },
      {
        name: 'network',
        modules: true,
        script: NETWORK,
        compatibilityDate: config.compatibility_date,
        serviceBindings: { TEST: (request) => answer(network, request) },
      },
    ],
  });
  await worker.ready;
  return worker;
}

/** The modules that wrangler would upload. */
async function built() {
  const names = await readdir(`${root}${config.base_dir}`);
  return Promise.all(
    names.map(async (path) => ({
      type: path.endsWith('.wasm') ? 'CompiledWasm' : 'ESModule',
      path,
      contents: await readFile(`${root}${config.base_dir}/${path}`),
    })),
  );
}

/** Signatures end, recordings stay: a request with `x-clock` (RFC 3339) is answered as it would have been then. */
const CLOCK = `import worker from './index.js';
const Now = Date;
let clock = null;
globalThis.Date = class extends Now {
  constructor(...given) { super(...(given.length > 0 ? given : [Date.now()])); }
  static now() { return clock ?? Now.now(); }
};
export default {
  fetch(request, ...rest) {
    const at = request.headers.get('x-clock');
    clock = at === null ? null : Now.parse(at);
    return worker.fetch(request, ...rest);
  },
};`;

async function answer(network, request) {
  try {
    const response = await network(request.url);
    return new Response(await response.arrayBuffer(), { status: response.status, headers: [...response.headers] });
  } catch {
    return new Response(null, { headers: { 'x-nobody': '1' } });
  }
}

/** What the test throws would reach the Worker as an answer of status 500; what this throws is a failed fetch. */
const NETWORK = `export default {
  async fetch(request, { TEST }) {
    const response = await TEST.fetch(request, { redirect: 'manual' });
    if (response.headers.has('x-nobody')) throw new Error('nobody is there');
    return response;
  },
};`;
