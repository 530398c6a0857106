/**
 * Mail to the address of `rua=mailto:…`: a TLS report (RFC 8460 §5.3). It must carry a DKIM signature of the reporting
 * domain, since one without is to be ignored (§3). What is refused is refused while the sender waits.
 */

import { bounded } from './body.ts';
import { dkimSigners } from './dkim.ts';
import type { Env } from './env.ts';
import { takeReport } from './report-intake.ts';
import type { Intake } from './report-intake.ts';

export async function receiveMail(message: ForwardableEmailMessage, env: Env): Promise<void> {
  const octets = message.rawSize > MAIL_OCTETS ? null : await bounded(message.raw, MAIL_OCTETS);
  if (octets === null) return message.setReject(`a report has at most ${MAIL_OCTETS} octets`);
  const signers = await dkimSigners(octets, env, new Date());
  if (signers.length === 0) return message.setReject('a report needs a valid DKIM signature (RFC 8460 section 3)');
  const refusal = REFUSAL[(await takeReport(env, octets, { via: 'mail', signers })).outcome];
  if (refusal !== null) return message.setReject(refusal);
}

const REFUSAL: Record<Intake['outcome'], string | null> = {
  stored: null,
  duplicate: null,
  changed: 'another report of this organisation and with this id was taken before',
  'not-hosted': 'no policy domain of this report is one whose reports are taken here',
  unreadable: 'this is no TLS report that its reporting domain signed (RFC 8460 section 3)',
};

/** Base64 makes four octets of three. */
const MAIL_OCTETS = 4 * 1024 * 1024;
