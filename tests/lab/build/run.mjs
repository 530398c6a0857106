// Runs one of the tools that build the lab (openssl, ldns) and turns a failure into a message that names the command.
import { execFileSync } from 'node:child_process'

export function run(command, args, options = {}) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'], ...options })
  } catch (error) {
    throw new Error(`${[command, ...args].join(' ')}\n${error.stderr || error.message}`)
  }
}
