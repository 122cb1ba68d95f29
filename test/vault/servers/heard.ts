import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One exchange with a server, as it went over the wire. */
export interface Heard {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** What came so far. */
  readonly body: string
  /** Status of the answer; 0 while there is none. */
  readonly status: number
  readonly answer: string
  /** All that came, as text: the first line, headers, body. */
  readonly raw: string
}

/** A server on this machine that keeps what it hears and says. */
export interface HeardServer {
  readonly origin: string
  readonly heard: readonly Heard[]
  stop(): Promise<void>
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void

/** Starts one on a free port. `handle` is asked for once the origin is known. */
export async function listenAndHear(handle: (origin: string) => Handle): Promise<HeardServer> {
  const heard: Heard[] = []
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const serve = handle(origin)
  server.on('request', (request, response) => {
    heard.push(keep(request, response))
    serve(request, response)
  })
  return { origin, heard, stop: () => stop(server) }
}

/** Ends a server with its connections. */
export function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function keep(request: IncomingMessage, response: ServerResponse): Heard {
  const asked = chunksOf(request)
  const said = chunksSaid(response)
  const url = new URL(request.url ?? '/', 'http://server')
  const { method = '', rawHeaders } = request
  const headers = Object.fromEntries(
    rawHeaders.flatMap((name, index) =>
      index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? '']] : [],
    ),
  )
  return {
    ...{ method, path: url.pathname, query: url.searchParams, headers },
    get body() {
      return text(asked)
    },
    get status() {
      return response.headersSent ? response.statusCode : 0
    },
    get answer() {
      return text(said)
    },
    get raw() {
      return [`${method} ${request.url}`, ...rawHeaders, text(asked)].join('\n')
    },
  }
}

const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString()

/** Whoever serves reads the stream itself, and later: a second reader would take it away. */
function chunksOf(request: IncomingMessage): readonly Buffer[] {
  const chunks: Buffer[] = []
  const push = request.push.bind(request)
  request.push = (chunk, encoding) => {
    if (chunk !== null) chunks.push(Buffer.from(chunk))
    return push(chunk, encoding)
  }
  return chunks
}

function chunksSaid(response: ServerResponse): readonly Buffer[] {
  const chunks: Buffer[] = []
  const [write, end] = [response.write.bind(response), response.end.bind(response)]
  const note = (chunk: unknown): void => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk))
  }
  response.write = ((chunk: unknown, ...more: []) => {
    note(chunk)
    return write(chunk, ...more)
  }) as typeof response.write
  response.end = ((chunk?: unknown, ...more: []) => {
    note(chunk)
    return end(chunk, ...more)
  }) as typeof response.end
  return chunks
}
