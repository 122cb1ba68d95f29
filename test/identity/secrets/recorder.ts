import { createServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One answer of the gateway, as it came over the wire. */
export interface Answer {
  readonly method: string
  readonly path: string
  readonly status: number
  /** Names and values in turn. */
  readonly headers: readonly string[]
  readonly body: Buffer
}

/** A reverse proxy that keeps every answer. */
export interface Recorder {
  readonly origin: string
  readonly answers: readonly Answer[]
  /** Sends requests to this port of this machine from now on. */
  lead(port: number): void
  stop(): Promise<void>
}

/** Opens one. It passes everything on as it comes, once the whole answer is there. */
export async function startRecorder(): Promise<Recorder> {
  const answers: Answer[] = []
  let port = 0
  const server = createServer((request, response) => {
    const { method = '', url: path = '', rawHeaders } = request
    const options = { hostname: '127.0.0.1', port, method, path, headers: rawHeaders }
    const onward = send(options as object, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const { statusCode = 0, rawHeaders: headers } = answer
        const body = Buffer.concat(chunks)
        answers.push({ method, path, status: statusCode, headers, body })
        response.writeHead(statusCode, headers)
        response.end(body)
      })
      answer.on('error', () => response.destroy())
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    answers,
    lead(next) {
      port = next
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
