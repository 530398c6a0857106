/**
 * A verdict for a person: the sentence first, then the hosts, what senders of each kind do, and what to mend. It puts
 * words to what the verdict says and judges nothing itself.
 */

/** @typedef {import('./types.d.ts').Verdict} Verdict */
/** @typedef {import('./types.d.ts').HostVerdict} HostVerdict */
/** @typedef {import('./types.d.ts').Finding} Finding */

/** `{by}` is whose word makes it so. @type {Record<import('./types.d.ts').Posture, [tone: Tone, sentence: string]>} */
const POSTURE = {
  protected: ['good', 'is protected{by}: senders deliver only over TLS to a host that proves its name'],
  partial: ['warn', 'is protected in part{by}: not every way to its mail hosts asks for TLS to a host that proves its name'],
  testing: ['warn', 'is testing: failures are reported, but mail still goes out unprotected'],
  unprotected: ['warn', 'is not protected: nothing makes senders insist on TLS'],
  broken: ['bad', 'is broken: some senders can deliver to none of its mail hosts'],
  'no-mail': ['calm', 'takes no mail'],
  unknown: ['warn', 'could not be judged: what matters could not be found out'],
};

/** @type {Record<import('./types.d.ts').Requirement, string>} */
const REQUIREMENT = {
  opportunistic: 'TLS where offered, nothing required',
  encrypted: 'TLS required, certificate not checked',
  webpki: 'TLS with a valid certificate required',
  dane: 'TLS with a certificate pinned by DANE required',
  'dane+webpki': 'TLS with a certificate valid by DANE and by its CA required',
  unusable: 'not to be used now',
};

/** @type {[import('./types.d.ts').SenderProfile, string][]} */
const SENDERS = [
  ['mta-sts', 'with MTA-STS alone'],
  ['dane', 'with DANE alone'],
  ['dane+mta-sts', 'with both'],
  ['opportunistic', 'with neither'],
];

/** @type {Record<import('./types.d.ts').SenderOutcome['action'], [tone: Tone, words: string]>} */
const SENDER_ACTION = {
  deliver: ['good', 'deliver, over TLS to a host that proves its name'],
  'deliver-unprotected': ['warn', 'deliver, though someone on the path could read it'],
  defer: ['bad', 'hold the mail back'],
  fail: ['bad', 'return the mail'],
  unknown: ['warn', 'not known'],
};

const CONFORMANCE = { met: 'seen to meet it', unmet: 'seen not to', unobserved: 'not observed' };

/** @type {Record<import('./types.d.ts').Severity, [mark: string, tone: Tone]>} */
const SEVERITY = { error: ['✗', 'bad'], warning: ['!', 'warn'], info: ['·', 'calm'], ok: ['✓', 'good'] };

/** @typedef {'good' | 'warn' | 'bad' | 'calm' | 'strong'} Tone */
/** @type {Record<Tone, string>} */
const COLOUR = { good: '32', warn: '33', bad: '31', calm: '2', strong: '1' };

/**
 * @param {Verdict} verdict
 * @param {{ colour?: boolean, width?: number }} [o]
 * @returns {string} lines with a line end each
 */
export function formatVerdict(verdict, { colour = false, width = 100 } = {}) {
  const paint = painter(colour);
  const [tone, sentence] = POSTURE[verdict.posture];
  const status = verdict.enhancedStatus ? ` (${verdict.enhancedStatus})` : '';
  const lines = [
    ...headline(plain(verdict.domain), `${sentence.replace('{by}', byWhom(verdict))}.`, tone, paint, width),
    ...wrap(`Mail now: ${verdict.action}${status}, because ${reasons(verdict.because)}.`, '  ', width),
  ];
  for (const host of verdict.hosts) lines.push('', ...hostLines(host, paint, width));
  if (verdict.hosts.length > 0) lines.push('', ...senderLines(verdict, paint, width));
  const { findings } = verdict;
  if (findings.length > 0) lines.push('', ...findings.flatMap((finding) => findingLines(finding, paint, width)));
  return `${lines.join('\n')}\n`;
}

/**
 * @param {string} domain
 * @param {string} sentence
 * @param {Tone} tone
 * @param {(tone: Tone, text: string) => string} paint
 * @param {number} width
 */
function headline(domain, sentence, tone, paint, width) {
  const [first = '', ...rest] = wrap(`${domain} ${sentence}`, '  ', width);
  return [paint(tone, domain) + first.trimStart().slice(domain.length), ...rest];
}

/**
 * One finding in at most three lines.
 * @param {Finding} finding
 * @param {(tone: Tone, text: string) => string} paint
 * @param {number} width
 */
export function findingLines(finding, paint, width) {
  const [mark, tone] = SEVERITY[finding.severity];
  const [first = '', ...rest] = wrap(`${finding.message} [${finding.clause}]`, '    ', width);
  const remedy = finding.remedy ? wrap(`→ ${finding.remedy}`, '    ', width) : [];
  return [`  ${paint(tone, mark)} ${first.trimStart()}`, ...rest, ...remedy.map((line) => paint('strong', line))];
}

/** @param {boolean} colour @returns {(tone: Tone, text: string) => string} */
export function painter(colour) {
  return (tone, text) => (colour ? `\u001b[${COLOUR[tone]}m${text}\u001b[0m` : text);
}

/**
 * @param {HostVerdict} host
 * @param {(tone: Tone, text: string) => string} paint
 * @param {number} width
 */
function hostLines(host, paint, width) {
  const tone = host.conformance === 'unmet' || host.requirement === 'unusable' ? 'bad' : 'strong';
  const addresses = host.addresses.map(({ ip }) => ip).join(', ');
  return [
    `  ${paint(tone, `${host.preference} ${plain(host.host)}`)}${addresses ? `  ${plain(addresses)}` : ''}`,
    ...wrap(`${REQUIREMENT[host.requirement]}; ${CONFORMANCE[host.conformance]}`, '    ', width),
    ...tlsaLines(host, width),
    ...host.because.flatMap((step) => wrap(`${step.fact}: ${step.conclusion} [${step.clause}]`, '      ', width)),
  ];
}

/** The TLSA records as published, and how many of them count. @param {HostVerdict} host @param {number} width */
function tlsaLines(host, width) {
  if (host.tlsaBase === null) return [];
  const records = host.policies.find(({ policyType }) => policyType === 'tlsa')?.policyString ?? [];
  const usable = host.tlsa.length === records.length ? '' : `, ${host.tlsa.length} of ${records.length} in use`;
  return [
    ...wrap(`TLSA records of ${host.tlsaBase}${usable}:`, '      ', width),
    ...records.flatMap((record) => wrap(record.length > LONG ? `${record.slice(0, LONG)}…` : record, '        ', width)),
  ];
}

/** `3 1 2` and a SHA2-512 digest; a whole certificate is for machines. */
const LONG = 6 + 128;

/**
 * @param {Verdict} verdict
 * @param {(tone: Tone, text: string) => string} paint
 * @param {number} width
 */
function senderLines({ senders }, paint, width) {
  const lines = SENDERS.flatMap(([profile, who]) => {
    const { action, because } = senders[profile];
    const [tone, words] = SENDER_ACTION[action];
    const reason = { defer: because[0], fail: because[0], unknown: because.at(-1) }[/** @type {string} */ (action)];
    const why = reason ? `, because ${reason.fact}` : '';
    const [first = '', ...rest] = wrap(`${who}: ${words}${why}`, '    ', width);
    return [first.replace(words, () => paint(tone, words)), ...rest];
  });
  return [`  ${paint('strong', 'Senders now')}`, ...lines];
}

/** ` by DANE and MTA-STS`: whose word the hosts' requirements are. @param {Verdict} verdict */
function byWhom({ hosts }) {
  const named = /** @type {const} */ ([['dane', 'DANE'], ['mta-sts', 'MTA-STS']]);
  const found = named.filter(([basis]) => hosts.some((host) => host.basis.includes(basis)));
  return found.length === 0 ? '' : ` by ${found.map(([, name]) => name).join(' and ')}`;
}

/** @param {import('./types.d.ts').Step[]} steps */
function reasons(steps) {
  return steps.map((step) => step.fact).join('; ');
}

/**
 * @param {string} text
 * @param {string} indent
 * @param {number} width
 */
export function wrap(text, indent, width) {
  const lines = [];
  let line = indent;
  for (const word of plain(text).split(' ')) {
    if (line.length + word.length >= width && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}

/** A stranger's text must not steer the terminal, nor turn its direction. @param {string} text */
export function plain(text) {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?');
}
