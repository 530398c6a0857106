/** `node test/scan-run.mjs COUNT [SEED]`: the seeded scan at any size, with how fast it was. */

import { seededScan } from './scan-seeded.mjs';

const [count = 20_000, seed = 2024] = process.argv.slice(2).map(Number);
const { perSecond, seconds, asked, failed, thrown, again } = await seededScan({ seed, count });
console.log(`${count} domains of seed ${seed}: each ended with exactly one result, the one that the seed says`);
console.log(`${asked + failed} look-ups, ${failed} failed; ${thrown} consumers threw after their writes; ${again} domains took more than one try; one restart`);
console.log(`${perSecond.toFixed(1)} domains a second (${seconds.toFixed(0)} s), one consumer at a time in the simulated queue`);
