/** `mxseal lookup NAME TYPE`: the answer, how far it can be believed, and the chain that says so. */

import { lookup, stringify } from '../index.js';
import { formatLookup } from '../format-lookup.js';
import { EXIT, Usage } from './exit.js';
import { anchorsOf, network } from './network.js';
import { nameOf, timeOf } from './operands.js';

/**
 * @param {string[]} operands
 * @param {Record<string, any>} flags
 */
export async function runLookup(operands, flags) {
  const [name, type = 'A', ...more] = operands;
  if (!name || more.length > 0) throw new Usage('give a name and a type, as in `mxseal lookup example.com MX`');
  const { dns } = network(flags);
  const result = await lookup(nameOf(name), type, { dns, at: timeOf(flags.at, '--at'), anchors: anchorsOf(flags) ?? null });
  process.stdout.write(flags.json ? `${stringify(result)}\n` : `${formatLookup(name, type, result)}\n`);
  if (result.status === 'bogus') return EXIT.errors;
  return result.status === 'indeterminate' ? EXIT.unknown : EXIT.fine;
}
