/** A headless Chromium that can reach nothing but this machine, and a DNS-over-HTTPS server for it. */

import http from 'node:http';
import { chromium } from 'playwright-core';

export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--no-first-run',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}

/** 127.0.0.1 is a secure context without TLS. @param {import('./network.mjs').Network} network */
export async function startDoh(network) {
  const server = http.createServer(async (request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    try {
      const answer = network.answer(new URL(request.url ?? '/', 'https://doh.test').href);
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(Buffer.from(await answer.arrayBuffer()));
    } catch {
      response.writeHead(500).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}/dns-query`, close: () => server.close() };
}

/**
 * Fills in the settings of every page, as a private deployment would in index.html. A page that the test itself served
 * would not count as one from this machine, and Chromium would keep it from asking a server here.
 * @param {import('playwright-core').BrowserContext} context
 * @param {Record<string, string>} settings by the name of their element
 */
export function setPage(context, settings) {
  return context.addInitScript((filled) => {
    const fill = () => {
      for (const [name, content] of Object.entries(filled)) document.querySelector(`meta[name="${name}"]`)?.setAttribute('content', content);
    };
    new MutationObserver(fill).observe(document, { childList: true, subtree: true });
  }, settings);
}
