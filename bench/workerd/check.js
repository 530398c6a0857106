/** The Worker of bench/parts/workerd.mjs: `/?checks=N&warm=…` makes a recorded check N times, `/?instances=N` the engine's module N times. */

import recording from '../../tests/evidence/dane-good.lab.json';
import engine from '../../pkg/mxseal_bg.wasm';
import { repeat, warm } from './repeat.js';
import { importsOf, instances } from './instances.js';

let chain;

export default {
  async fetch(request) {
    const wanted = new URL(request.url).searchParams;
    if (wanted.has('warm')) chain ??= await warm(recording);
    await repeat(recording, Number(wanted.get('checks') ?? 0), wanted.has('warm') ? chain : []);
    instances(engine, importsOf(engine), Number(wanted.get('instances') ?? 0));
    return new Response('done');
  },
};
