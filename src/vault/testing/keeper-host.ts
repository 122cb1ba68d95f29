import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it came. */
export interface KeeperRequest {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export type KeeperAnswer = readonly [status: number, body: unknown]

/** Who keeps secrets, on this machine, answering over real HTTP. */
export interface KeeperHost {
  readonly url: string
  readonly requests: KeeperRequest[]
  /** Who answers from now on. */
  answer: (request: KeeperRequest) => KeeperAnswer
  close(): Promise<void>
}

/** Opens it; without an answer of its own there is nothing to be found. */
export async function openKeeper(): Promise<KeeperHost> {
  const requests: KeeperRequest[] = []
  const host = { answer: (_: KeeperRequest): KeeperAnswer => [404, {}] }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const asked = { method, path: url, headers, body: Buffer.concat(parts).toString() }
      requests.push(asked)
      const [status, body] = host.answer(asked)
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      response.writeHead(status, { 'content-type': 'application/json' }).end(text)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return Object.assign(host, { url, requests, close })
}
