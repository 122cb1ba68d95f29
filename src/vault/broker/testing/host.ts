import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it came. */
export interface Heard {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** What is answered: JSON, or as it is. */
export interface Said {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly text?: string
}

export interface Host {
  readonly origin: string
  /** Newest last. */
  readonly heard: readonly Heard[]
  /** Requests of a path. */
  at(path: string): readonly Heard[]
  close(): Promise<void>
}

/** A web server on this machine. `answer` gives undefined for what is not there. */
export async function startHost(
  answer: (heard: Heard, origin: string) => Said | undefined | Promise<Said | undefined>,
): Promise<Host> {
  const heard: Heard[] = []
  const server = createServer()
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', origin)
    const headers = request.headers as Record<string, string>
    const one = {
      method: request.method ?? '',
      path,
      query,
      headers,
      body: String(Buffer.concat(chunks)),
    }
    heard.push(one)
    const said = (await answer(one, origin)) ?? { status: 404, text: '' }
    const json = said.json === undefined ? {} : { 'content-type': 'application/json' }
    response.writeHead(said.status ?? 200, { ...json, ...said.headers })
    response.end(said.json === undefined ? (said.text ?? '') : JSON.stringify(said.json))
  }
  server.on('request', (request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  return {
    origin,
    heard,
    at: (path) => heard.filter((one) => one.path === path),
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
