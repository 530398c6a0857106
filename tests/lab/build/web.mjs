// Policy files and the configuration of nginx: one server a policy host, answering as its row in servers.json says (RFC 8461 §3.3).
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addresses, domains, policyText } from './table.mjs'

const PATH = '/.well-known/mta-sts.txt'
const OCTETS_PER_SECOND = 10

export function buildWeb(state) {
  const files = join(state, 'policies')
  rmSync(files, { recursive: true, force: true })
  mkdirSync(join(state, 'nginx'), { recursive: true })
  const hosts = domains.filter(({ web }) => web?.certificate)
  for (const domain of hosts) {
    mkdirSync(join(files, domain.name), { recursive: true })
    const text = policyText(domain)
    if (text !== null) writeFileSync(join(files, domain.name, 'mta-sts.txt'), text)
  }
  writeFileSync(join(state, 'nginx', 'nginx.conf'), nginx(state, hosts))
}

const nginx = (state, hosts) => `user root;
worker_processes 1;
pid ${state}/run/nginx.pid;
error_log ${state}/nginx/error.log;
events { worker_connections 256; }
http {
  access_log ${state}/nginx/access.log;
  server_tokens off;
  server_names_hash_bucket_size 128;
  keepalive_timeout 5s;
  ssl_protocols TLSv1.2 TLSv1.3;
  types { }
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `  ${kind}_temp_path ${state}/nginx/${kind};\n`).join('')}
  server {
    listen ${addresses.web}:443 ssl default_server;
    ssl_reject_handshake on;
  }
${hosts.map((domain) => server(state, domain)).join('')}}
`

const server = (state, domain) => `  server {
    listen ${addresses.web}:443 ssl;
    server_name mta-sts.${domain.name};
    ssl_certificate ${state}/certificates/${domain.web.certificate}.chain.pem;
    ssl_certificate_key ${state}/certificates/${domain.web.certificate}.key.pem;
    root ${state}/policies/${domain.name};
    location / { return 404; }
${locations(state, domain)}  }
`

function locations(state, { web, name }) {
  const file = `alias ${state}/policies/${name}/mta-sts.txt;`
  const place = (path, body) => `    location = ${path} { ${body} }\n`
  switch (web.answer) {
    case 301:
    case 302: return place(PATH, `return ${web.answer} https://mta-sts.${name}/elsewhere/mta-sts.txt;`) + place('/elsewhere/mta-sts.txt', `default_type text/plain; ${file}`)
    case 404: return place(PATH, 'return 404;')
    case 500: return place(PATH, 'error_page 500 /body; return 500;') + place('/body', `internal; default_type text/plain; ${file}`)
    case 'wait': return place(PATH, `proxy_pass http://${addresses.webSilent}:443; proxy_read_timeout 600s;`)
    case 'dribble': return place(PATH, `default_type "${web.type}"; limit_rate ${OCTETS_PER_SECOND}; ${file}`)
    case 'file': return place(PATH, `default_type "${web.type}"; ${file}`)
    default: throw new Error(`${name}: no such answer \`${web.answer}\``)
  }
}
