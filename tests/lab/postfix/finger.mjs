// What `posttls-finger -l dane` says of the first mail host of a domain that it comes to terms with: the TLSA base domain, the record that
// matched and its depth, and its word for the peer.

/** `{ host, base, tls, matched: { record, depth } | null }`; `tls` is null where there was no handshake. */
export async function finger(postfix, domain, ca) {
  const text = await postfix.command(['posttls-finger', '-t', '3', '-T', '3', '-c', '-l', 'dane', '-L', 'summary,verbose', '-F', ca, domain])
  const [, tls, host] = text.match(/: (\w+) TLS connection established to ([^[]+)\[/) ?? []
  const last = (pattern) => [...text.matchAll(pattern)].at(-1) ?? []
  const [, base] = last(/DNSSEC-signed TLSA record: _25\._tcp\.(\S+):/g)
  const [, depth, record] = last(/Matched DANE \w\w .*at depth (\d+): (\d \d \d [0-9A-F]+)/g)
  return { host: host ?? null, base: base ?? null, tls: tls ?? null, matched: record ? { record, depth: Number(depth) } : null }
}
