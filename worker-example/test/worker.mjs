/** The built Worker and its page in the real workerd, as wrangler.jsonc describes them, on a network of the test's own. */

import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Miniflare, Response } from 'miniflare';

const root = fileURLToPath(new URL('..', import.meta.url));
const config = JSON.parse((await readFile(`${root}wrangler.jsonc`, 'utf8')).replace(/^\s*\/\/.*$/gm, ''));

/**
 * @param {((href: string) => globalThis.Response) | string} network throws where nobody is there; or the URL of a server
 *   that is asked for `?url=…`
 * @param {Record<string, unknown>} [bindings] beside those of wrangler.jsonc
 * @param {{ state?: string, onLog?: (text: string) => void, limits?: boolean, port?: number, page?: string }} [o]
 *   `state`: a folder that keeps what KV, D1 and R2 hold;
 *   `limits`: as configured; without it a client may ask a million times a minute;
 *   `port` of 127.0.0.1 and `page`, a folder of assets, are for `npm run dev`
 * @returns {Promise<Miniflare>}
 */
export async function startWorker(network, bindings = {}, { state, onLog, limits, port = 0, page = `${root}${config.assets.directory}` } = {}) {
  const worker = new Miniflare({
    ...(state && { kvPersist: `${state}/kv`, d1Persist: `${state}/d1`, r2Persist: `${state}/r2` }),
    ...(onLog && { handleRuntimeStdio: (...streams) => streams.forEach((stream) => stream.on('data', (data) => onLog(String(data)))) }),
    port,
    unsafeTriggerHandlers: true,
    workers: [
      {
        name: config.name,
        rootPath: root,
        modules: [{ type: 'ESModule', path: 'clock.js', contents: CLOCK }, ...(await built())],
        compatibilityDate: config.compatibility_date,
        compatibilityFlags: config.compatibility_flags,
        bindings: { ...config.vars, DOH: 'https://doh.test/dns-query', ...bindings },
        ...resources(limits),
        assets: {
          directory: page,
          binding: config.assets.binding,
          routerConfig: { has_user_worker: true, static_routing: { user_worker: config.assets.run_worker_first } },
        },
        outboundService: 'network',
      },
      {
        name: 'network',
        modules: true,
        compatibilityDate: config.compatibility_date,
        ...(typeof network === 'string'
          ? { script: FORWARD, bindings: { SERVER: network } }
          : { script: NETWORK, serviceBindings: { TEST: (request) => answer(network, request) } }),
      },
    ],
  });
  await worker.ready;
  await migrate(await worker.getD1Database('DB'));
  return worker;
}

/**
 * Asks the Worker, follows no redirect and takes the whole answer: one that is left unread holds the test's end up.
 * @param {() => Miniflare} worker
 * @returns {(path: string, init?: Record<string, unknown>) => Promise<Response>}
 */
export function asker(worker) {
  return async (path, init) => {
    const url = path.startsWith('http') ? path : `http://127.0.0.1${path}`;
    const { status, headers, ...response } = await worker().dispatchFetch(url, { redirect: 'manual', ...init }).then(async (response) => ({
      status: response.status,
      headers: response.headers,
      body: await response.arrayBuffer(),
    }));
    const body = init?.method === 'HEAD' || [204, 304].includes(status) ? null : response.body;
    return new Response(body, { status, headers });
  };
}

/** The simulations of what wrangler.jsonc binds. */
function resources(limits = false) {
  const { kv_namespaces = [], d1_databases = [], r2_buckets = [], queues = {}, ratelimits = [] } = config;
  const name = ({ binding, name = binding }) => name;
  return {
    kvNamespaces: kv_namespaces.map(name),
    d1Databases: d1_databases.map(name),
    r2Buckets: r2_buckets.map(name),
    queueProducers: Object.fromEntries((queues.producers ?? []).map(({ binding, queue }) => [binding, { queueName: queue }])),
    queueConsumers: Object.fromEntries((queues.consumers ?? []).map(({ queue, ...consumer }) => [queue, camelCased(consumer)])),
    ratelimits: Object.fromEntries(ratelimits.map(({ name, ...limit }) => [name, limits ? limit : { ...limit, simple: { ...limit.simple, limit: 1_000_000 } }])),
  };
}

/** wrangler writes names of settings with underscores, miniflare in camel case. */
function camelCased(object) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase()), value]));
}

/** What `wrangler d1 migrations apply` does. */
async function migrate(database) {
  const { results } = await database.prepare("SELECT name FROM sqlite_master WHERE name = 'scans'").all();
  if (results.length > 0) return;
  const files = (await readdir(`${root}migrations`)).filter((name) => name.endsWith('.sql')).sort();
  for (const file of files) {
    const text = (await readFile(`${root}migrations/${file}`, 'utf8')).replace(/--.*$/gm, '');
    const statements = text.split(/;\s*$/m).map((statement) => statement.trim()).filter((statement) => statement !== '');
    await database.batch(statements.map((statement) => database.prepare(statement)));
  }
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

/**
 * Signatures end, recordings stay: a request with `x-clock` (RFC 3339), or any where CLOCK says when the first one comes, is
 * answered as it would have been then. One with
 * `x-leave` comes from a client that leaves: `before` there is an answer, or `within` it. The simulation tells a Worker
 * behind its router nothing of a client that hangs up.
 */
const CLOCK = `import worker from './index.js';
const Now = Date;
let clock = null;
let shift;
globalThis.Date = class extends Now {
  constructor(...given) { super(...(given.length > 0 ? given : [Date.now()])); }
  static now() { return clock ?? Now.now(); }
};
export default {
  ...worker,
  fetch(request, ...rest) {
    const at = request.headers.get('x-clock');
    const { CLOCK } = rest[0];
    if (CLOCK) shift ??= Now.parse(CLOCK) - Now.now();
    clock = at !== null ? Now.parse(at) : CLOCK ? Now.now() + shift : null;
    const leave = request.headers.get('x-leave');
    return leave === null ? worker.fetch(request, ...rest) : left(leave, request, rest);
  },
  // The simulation takes no long mails; one may say that it is one.
  email(message, ...rest) {
    const rawSize = Number(message.headers.get('x-size') ?? message.rawSize);
    const { raw, headers } = message;
    return worker.email({ raw, headers, rawSize, setReject: (reason) => message.setReject(reason) }, ...rest);
  },
};
async function left(leave, request, rest) {
  const client = new AbortController();
  const answer = worker.fetch(new Request(request, { signal: client.signal }), ...rest);
  if (leave === 'within') {
    const reader = (await answer).body.getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await reader.cancel();
  } else {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    client.abort();
    await answer;
  }
  return new Response(null, { status: 204 });
}`;

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

/** The same for a server of its own, with its answer as it comes. */
const FORWARD = `export default {
  fetch(request, { SERVER }) {
    return fetch(SERVER + '?url=' + encodeURIComponent(request.url), { redirect: 'manual', signal: request.signal });
  },
};`;
