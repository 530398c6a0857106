/** The built Worker and its page in the real workerd, as wrangler.jsonc describes them, on a network of the test's own. */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Miniflare, Response } from 'miniflare';

const root = fileURLToPath(new URL('..', import.meta.url));
const config = JSON.parse((await readFile(`${root}wrangler.jsonc`, 'utf8')).replace(/^\s*\/\/.*$/gm, ''));

/**
 * @param {(href: string) => globalThis.Response} network throws where nobody is there
 * @param {object} [check] what every check starts from
 * @returns {Promise<Miniflare>}
 */
export async function startWorker(network, check) {
  const worker = new Miniflare({
    workers: [
      {
        name: config.name,
        rootPath: root,
        scriptPath: config.main,
        modules: true,
        modulesRules: [{ type: 'CompiledWasm', include: ['**/*.wasm'] }],
        compatibilityDate: config.compatibility_date,
        bindings: { ...config.vars, DOH: 'https://doh.test/dns-query', ...(check && { CHECK: JSON.stringify(check) }) },
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
