import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createPlace } from '../testing/command-line.ts'

const upstream = execFileSync('npm', ['config', 'get', 'registry'], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
}).trim()
const answers = await fetch(`${upstream}-/ping`).then(
  ({ status }) => status < 500,
  () => false,
)

/** A registry on loopback that asks the one of this machine, which may lie where no sandbox goes. */
async function mirror() {
  const server = createServer((request, response) => {
    fetch(new URL((request.url ?? '/').slice(1), upstream), {
      headers: { accept: request.headers.accept ?? '*/*' },
    })
      .then(async (answer) => {
        const type = answer.headers.get('content-type') ?? 'application/octet-stream'
        response.writeHead(answer.status, { 'content-type': type })
        response.end(Buffer.from(await answer.arrayBuffer()))
      })
      .catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

test.runIf(answers)(
  'a server as it is published is installed in the sandbox, and answers without its registry',
  async () => {
    const registry = await mirror()
    const place = createPlace()
    try {
      writeFileSync(join(place.root, 'home/.npmrc'), `registry=${registry.url}\n`)
      place.file(
        'bailiwick.yaml',
        'dataDir: data\npolicies: [policies/]\nservers:\n  everything:\n    transport: stdio\n    package: { ecosystem: npm, name: "@modelcontextprotocol/server-everything", version: 2026.8.31 }\n',
      )
      const installed = await place.run(['packages', 'install', '--yes', '--json'])
      expect(installed.code, installed.stderr).toBe(0)
      registry.close()
      const [{ folder, dependencies, state }] = JSON.parse(installed.stdout).packages
      expect([state, dependencies > 50]).toEqual(['approved', true])
      const main = 'node_modules/@modelcontextprotocol/server-everything/dist/index.js'
      const child = spawn(process.execPath, [join(folder, main)])
      const params = { protocolVersion: '2025-06-18', capabilities: {} }
      const hello = { ...params, clientInfo: { name: 'test', version: '1' } }
      child.stdin.write(
        `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: hello })}\n`,
      )
      const [said] = await once(child.stdout, 'data')
      child.kill()
      expect(JSON.parse(String(said)).result.serverInfo.name).toContain('everything')
      expect((await place.run(['packages', 'verify'])).code).toBe(0)
    } finally {
      registry.close()
      rmSync(place.root, { recursive: true, force: true })
    }
  },
  180_000,
)
