/**
 * POST /tlsrpt: TLS reports over HTTPS (RFC 8460 §5.4), as JSON or gzip of it. 201 for a new one, 200 for one that was
 * taken before, so that a sender that asks again can stop. Nobody signs these; who sent one is not known.
 */

import { bodyOf, mediaType } from './body.ts';
import { problem } from './problem.ts';
import { takeReport } from './report-intake.ts';
import type { Call } from './router.ts';

export async function receiveReport({ request, env }: Call): Promise<Response> {
  if (!MEDIA_TYPES.includes(mediaType(request))) {
    const accept = MEDIA_TYPES.join(', ');
    return problem('ERR_MEDIA_TYPE', `a report is ${MEDIA_TYPES.join(' or ')}`, { headers: { accept } });
  }
  const octets = await bodyOf(request, REPORT_OCTETS);
  const intake = await takeReport(env, octets, { via: 'https', signers: null });
  switch (intake.outcome) {
    case 'unreadable':
      return problem('ERR_INVALID_CONTENT', 'the body holds no TLS report, or one that is too large', { more: { findings: intake.findings } });
    case 'not-hosted':
      return problem('ERR_NOT_HOSTED', 'no policy domain of this report is one whose reports are taken here');
    case 'changed':
      return problem('ERR_CONFLICT', 'another report of this organisation and with this id was taken before');
    default: {
      const { outcome, report, domains, findings } = intake;
      const { organizationName, reportId } = report;
      return Response.json({ outcome, organizationName, reportId, domains, findings }, { status: outcome === 'stored' ? 201 : 200, headers: { 'cache-control': 'no-store' } });
    }
  }
}

/** RFC 8460 §6.4, §6.5. */
const MEDIA_TYPES = ['application/tlsrpt+gzip', 'application/tlsrpt+json'];
/** As sent. What comes out of gzip is bounded by the engine. */
const REPORT_OCTETS = 2 * 1024 * 1024;
