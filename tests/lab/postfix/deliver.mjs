// What a Postfix that sends makes of mail for domains, one JSON line each. The lab (or any other resolver on port 53) must run.
// usage: node deliver.mjs [--level dane|dane-signed-mx|may] [--resolver 127.0.0.54] [--ca FILE] [--folder FOLDER] DOMAIN…
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startSender } from './sender.mjs'

const lab = process.env.LAB_DIR ?? fileURLToPath(new URL('../../../.lab', import.meta.url))
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    level: { type: 'string', default: 'dane' }, resolver: { type: 'string', default: '127.0.0.54' },
    ca: { type: 'string', default: join(lab, 'ca.pem') }, folder: { type: 'string', default: join(lab, 'sender') },
  },
})
const postfix = await startSender(values)
try {
  for (const outcome of await postfix.deliver(positionals, { level: values.level })) console.log(JSON.stringify(outcome))
} finally {
  postfix.stop()
}
