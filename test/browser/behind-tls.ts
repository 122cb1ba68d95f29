import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TEST_TLS } from '../../src/http/testing/tls.ts'
import { startNode, waitFor } from '../support/child.ts'
import { bailiwick } from '../support/gateway.ts'

/** A gateway as companies run it: under a name, behind a proxy that ends TLS. */
export interface GatewayBehindTls {
  readonly issuer: string
  readonly dataDir: string
  stop(): Promise<void>
}

export async function startBehindTls(host: string): Promise<GatewayBehindTls> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bailiwick-test-'))
  let port = 0
  const proxy = createServer(TEST_TLS, (incoming, outgoing) => {
    const { method, headers, url } = incoming
    const options = { host: '127.0.0.1', port, method, path: url, headers }
    const onward = request(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((done) => {
    proxy.listen(0, '127.0.0.1', done)
  })
  const issuer = `https://${host}:${(proxy.address() as AddressInfo).port}`
  const listen = { port: 0, behindProxy: true, publicUrl: issuer }
  const file = join(dataDir, 'bailiwick.yaml')
  writeFileSync(file, JSON.stringify({ listen, policies: ['observe'], servers: {} }))
  const child = startNode(bailiwick('up', '--config', file, '--data-dir', dataDir))
  const stop = async (): Promise<void> => {
    proxy.close()
    proxy.closeAllConnections()
    await child.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    const run = join(dataDir, 'run.json')
    port = await waitFor(child, () => {
      const url: unknown = existsSync(run) ? JSON.parse(readFileSync(run, 'utf8')).url : undefined
      return typeof url === 'string' ? Number(new URL(url).port) : undefined
    })
    return { issuer, dataDir, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
