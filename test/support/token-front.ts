import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A reverse proxy for clients that cannot send a bearer token. */
export interface TokenFront {
  readonly origin: string
  stop(): Promise<void>
}

/**
 * Passes everything to `target` and adds the token. A `Host` or `Origin` that names the front
 * becomes the target's; every other stays, so that the target's own checks still see it.
 */
export async function startTokenFront(target: string, token: string): Promise<TokenFront> {
  const { hostname, port } = new URL(target)
  const server = createServer((request, response) => {
    const own = `:${(server.address() as AddressInfo).port}`
    const headers = request.rawHeaders.map((text, index) => {
      const name = request.rawHeaders[index - 1]?.toLowerCase()
      const named = index % 2 === 1 && (name === 'host' || name === 'origin')
      return named && text.endsWith(own) ? `${text.slice(0, -own.length)}:${port}` : text
    })
    headers.push('Authorization', `Bearer ${token}`)
    const { method, url } = request
    relay(request, response, { hostname, port, method, path: url, headers })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://${hostname}:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function relay(request: IncomingMessage, response: ServerResponse, options: object): void {
  const onward = send(options, (answer) => {
    response.writeHead(Number(answer.statusCode), answer.rawHeaders)
    response.flushHeaders()
    answer.pipe(response)
    answer.on('error', () => response.destroy())
  })
  onward.on('error', () => response.destroy())
  // A client that goes away is seen as gone: cancelling a call works through the front.
  response.on('close', () => onward.destroy())
  request.pipe(onward)
}
