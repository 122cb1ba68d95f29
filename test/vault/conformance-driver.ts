import type { Drive } from './drive.ts'

// `node test/vault/conformance-driver.ts URL`: the command that the official suite for clients takes for a
// client. The scenario comes in the environment, as the suite has it. Where `CONFORMANCE_HOST` names a
// process that has the gateway in memory already, that one does it.

const { env } = process
const wish: Drive = {
  url: process.argv.at(-1) ?? '',
  scenario: env['MCP_CONFORMANCE_SCENARIO'] ?? '',
  context: JSON.parse(env['MCP_CONFORMANCE_CONTEXT'] ?? '{}'),
}
const host = env['CONFORMANCE_HOST']
if (host === undefined) {
  const { drive } = await import('./drive.ts')
  const good = await drive(wish, (line) => process.stderr.write(`${line}\n`))
  process.exitCode = good ? 0 : 1
} else {
  const response = await fetch(host, { method: 'POST', body: JSON.stringify(wish) })
  process.stderr.write(await response.text())
  process.exitCode = response.ok ? 0 : 1
}
