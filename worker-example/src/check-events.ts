/**
 * A check as server-sent events (HTML Living Standard §9.2): `stage` and `need` while it goes on, then `verdict` or
 * `problem`, then `end`. The check stops when nobody listens any more.
 */

import type { Need } from 'mxseal';
import { refusal } from './check.ts';

type Run = (signal: AbortSignal, onNeed: (need: Need) => void) => Promise<string>;

/** `run` gives the verdict as JSON. */
export function checkEvents(run: Run): Response {
  const stop = new AbortController();
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (event: string, data: string) => {
        if (!stop.signal.aborted) controller.enqueue(encoder.encode(`event: ${event}\ndata: ${data}\n\n`));
      };
      try {
        const verdict = await run(stop.signal, progress(send));
        send('verdict', verdict);
      } catch (error) {
        if (!stop.signal.aborted) send('problem', JSON.stringify(await refusal(error).json()));
      }
      send('end', '{}');
      if (!stop.signal.aborted) controller.close();
    },
    cancel() {
      stop.abort();
    },
  });
  return new Response(stream, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', vary: 'accept' } });
}

/** Stages begin in their order, since no need is known before what it follows from. */
function progress(send: (event: string, data: string) => void): (need: Need) => void {
  let highest = 0;
  return (need) => {
    if (need.stage > highest) {
      highest = need.stage;
      send('stage', JSON.stringify({ stage: highest }));
    }
    const { id, stage, kind } = need;
    send('need', JSON.stringify({ id, stage, kind, subject: subject(need) }));
  };
}

function subject(need: Need): string {
  if (need.kind === 'dns') return `${need.name} ${need.type}`;
  return need.kind === 'policy' ? need.url : need.target.host;
}
