/** The built Worker and its page in the real workerd, as wrangler.jsonc describes them, on a network of the test's own. */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Miniflare, Response } from 'miniflare';

const root = fileURLToPath(new URL('..', import.meta.url));
const config = JSON.parse((await readFile(`${root}wrangler.jsonc`, 'utf8')).replace(/^\s*\/\/.*$/gm, ''));

/** @param {(href: string) => globalThis.Response} network @returns {Promise<Miniflare>} */
export async function startWorker(network) {
  const worker = new Miniflare({
    rootPath: root,
    scriptPath: config.main,
    modules: true,
    modulesRules: [{ type: 'CompiledWasm', include: ['**/*.wasm'] }],
    compatibilityDate: config.compatibility_date,
    bindings: { ...config.vars, DOH: 'https://doh.test/dns-query' },
    assets: {
      directory: `${root}${config.assets.directory}`,
      binding: config.assets.binding,
      routerConfig: { has_user_worker: true, static_routing: { user_worker: config.assets.run_worker_first } },
    },
    async outboundService(request) {
      const answer = await network(request.url);
      return new Response(await answer.arrayBuffer(), { status: answer.status, headers: [...answer.headers] });
    },
  });
  await worker.ready;
  return worker;
}
