/** That the recorded verdicts of tests/differential are this machine's OpenSSL's too. */

import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('OpenSSL stands by every recorded signature and digest', () => {
  const script = fileURLToPath(new URL('../differential/record.mjs', import.meta.url));
  // Fails where the script ends with another code than 0.
  execFileSync(process.execPath, [script, 'check'], { encoding: 'utf8' });
});
