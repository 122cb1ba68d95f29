import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it came. */
export interface Asked {
  readonly method: string
  /** Path and query. */
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
}

/** A stand-in for a keeper of keys, over HTTP on this machine. */
export interface StandIn {
  /** `http://127.0.0.1:PORT`. */
  readonly address: string
  /** Requests so far. */
  readonly asked: readonly Asked[]
  close(): Promise<void>
}

/** Serves answers in JSON; what throws is refused, as a keeper would. */
export async function serve(answer: (asked: Asked) => Answer | Promise<Answer>): Promise<StandIn> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const one = {
      method: request.method ?? '',
      url: new URL(request.url ?? '/', `http://${request.headers.host}`),
      headers: request.headers,
      body: Buffer.concat(parts).toString('utf8'),
    }
    asked.push(one)
    const { status, body } = await Promise.resolve(one)
      .then(answer)
      .catch((error: unknown) => ({ status: 400, body: { error: String(error) } }))
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(body === undefined ? '' : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${port}`,
    asked,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The members of a body that is an object of texts. */
export function textsOf(body: string): Readonly<Record<string, string>> {
  return JSON.parse(body) as Readonly<Record<string, string>>
}
