/** A network of the tests as an HTTP server on loopback: it answers `/?url=…` as the server of that URL would. */

import { createServer } from 'node:http';

/**
 * @param {(href: string, response: import('node:http').ServerResponse) => globalThis.Response | null | undefined} answer null: nobody
 *   is there; undefined: it has written to the response by itself
 */
export async function startServer(answer) {
  const server = createServer(async (request, response) => {
    const href = new URL(request.url ?? '', 'http://network').searchParams.get('url') ?? '';
    try {
      const answered = answer(href, response);
      if (answered === undefined) return;
      if (answered === null) return void request.socket.destroy();
      response.writeHead(answered.status, Object.fromEntries(answered.headers));
      response.end(Buffer.from(await answered.arrayBuffer()));
    } catch {
      request.socket.destroy();
    }
  });
  server.keepAliveTimeout = 30_000;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
