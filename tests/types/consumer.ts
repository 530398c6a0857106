/** How a TypeScript program uses the package; a type that is lost would make an `@ts-expect-error` idle, which is an error. */

import { Check, MxsealError, check, doh, memoryStore } from 'mxseal';
import type { Verdict } from 'mxseal';
import { formatTlsa, parseTlsa, tlsaFor, verifyDane, verifyWebPki } from 'mxseal/dane';
import { fileStore, nodeFetch, replay, starttls, udp } from 'mxseal/hosts';
import { parseStsRecord } from 'mxseal/mta-sts';
import roots from 'mxseal/roots';
import { parseTlsRptRecord } from 'mxseal/tlsrpt';

const verdict: Verdict = await check('example.com', { dns: udp({ server: '[::1]:53' }), fetch, starttls: starttls() });
const [posture, id] = [verdict.posture, parseStsRecord('v=STSv1; id=1;').value?.id];
const usage: number | undefined = parseTlsa('3 1 1 00').value?.usage;
const leaf = roots[0] ?? new Uint8Array();
const [dane, webPki] = [verifyDane({ tlsa: [tlsaFor(leaf)], chain: [leaf], names: [] }), verifyWebPki({ chain: [leaf], host: 'a.example', roots })];
const depth: number | undefined = dane.matched?.depth;
const stores = [memoryStore(), fileStore('policies')];
await check('example.com', { ...replay(new Check('example.com').evidence), store: stores[0] });
export const seen = { posture, id, usage, depth, webPki, text: formatTlsa(tlsaFor(leaf, { matchingType: 2 })), rua: parseTlsRptRecord([]).value?.rua, code: new MxsealError('ERR_ABORTED', '').code };

// @ts-expect-error no such posture
posture === 'fine';
// @ts-expect-error a resolver's URL is a string
doh({ urls: 5 });
// @ts-expect-error a server is an address
udp({ server: 53 });
// @ts-expect-error a FetchHost gives a promise
const text: string = nodeFetch()('https://a.example/', {});
// @ts-expect-error an id is a string
const number: number = id;
// @ts-expect-error a TLSA record is no list
parseTlsa([1]);
// @ts-expect-error no such usage
tlsaFor(leaf, { usage: 4 });
// @ts-expect-error the RR set is no number
parseTlsRptRecord(5);
