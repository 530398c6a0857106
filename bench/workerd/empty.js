/** The Worker that check.js is held against: a module of eight octets. */

import empty from './empty.wasm';
import { importsOf, instances } from './instances.js';

export default {
  fetch(request) {
    instances(empty, importsOf(empty), Number(new URL(request.url).searchParams.get('instances') ?? 0));
    return new Response('done');
  },
};
