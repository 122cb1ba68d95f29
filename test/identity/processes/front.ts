import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Names the process that a request is for, `a` or `b`. Without it they take turns. */
export const PROCESS = 'x-process'

/** What stands in front of replicas: one address, and a process behind it for each request. */
export interface Front {
  readonly origin: string
  /** Sends requests for `a` and `b` to these ports of this machine from now on. */
  lead(ports: readonly number[]): void
  stop(): Promise<void>
}

/** Opens the front. It changes nothing: `Host` is its own, as behind any load balancer. */
export async function startFront(): Promise<Front> {
  let ports: readonly number[] = []
  let turn = 0
  const server = createServer((request, response) => {
    const named = request.headers[PROCESS]
    turn += 1
    const port = ports[named === undefined ? turn % ports.length : Number(named === 'b')]
    if (port === undefined) response.writeHead(503).end()
    else relay(request, response, port)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    lead(next) {
      ports = next
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function relay(request: IncomingMessage, response: ServerResponse, port: number): void {
  const { method, url: path, headers } = request
  const { [PROCESS]: _, ...onwardHeaders } = headers
  const options = { hostname: '127.0.0.1', port, method, path, headers: onwardHeaders }
  const onward = send(options, (answer) => {
    response.writeHead(Number(answer.statusCode), answer.rawHeaders)
    response.flushHeaders()
    answer.pipe(response)
    answer.on('error', () => response.destroy())
  })
  onward.on('error', () => response.destroy())
  response.on('close', () => onward.destroy())
  request.pipe(onward)
}
