/** TLS-RPT as published: whether senders are asked to report failures, and where (RFC 8460 §3). */

import { recordBlock } from './answer.js';
import { element, section } from './element.js';
import { notes } from './policy.js';

/** @param {import('mxseal').Verdict} verdict @param {typeof import('mxseal/check')} engine */
export function tlsRptSection({ facts: { tlsRptTxt, nextHop } }, engine) {
  const parsed = tlsRptTxt.records.length === 0 ? null : engine.parseTlsRptRecord(tlsRptTxt.records);
  return section(
    'tlsrpt',
    'TLS-RPT',
    recordBlock(`_smtp._tls.${nextHop}`, 'TXT', tlsRptTxt, tlsRptTxt.records),
    parsed?.value == null
      ? null
      : element(
          'p',
          {},
          'Senders report failures to ',
          ...parsed.value.rua.flatMap((uri, index) => [index === 0 ? '' : ', ', element('code', {}, uri)]),
          '.',
        ),
    notes(parsed?.findings ?? []),
  );
}
