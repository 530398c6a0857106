// What no real server plays: `silent` takes a connection and never speaks (it reads and forgets), `drop` closes it at once.
// usage: node stub.mjs silent=127.0.0.109:25 drop=127.0.0.110:25 …   A silent connection is ended after ten minutes.
import { createServer } from 'node:net'

const LONGEST_SILENCE_MS = 600_000
const CONNECTIONS = 256

const behaviour = {
  silent: (socket) => socket.resume().setTimeout(LONGEST_SILENCE_MS, () => socket.destroy()),
  drop: (socket) => socket.destroy(),
}

for (const argument of process.argv.slice(2)) {
  const [, kind, host, port] = argument.match(/^(\w+)=([\d.]+):(\d+)$/)
  const server = createServer((socket) => behaviour[kind](socket.on('error', () => {})))
  server.maxConnections = CONNECTIONS
  server.listen({ host, port: Number(port) })
}
