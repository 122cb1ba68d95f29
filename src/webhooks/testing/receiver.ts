import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { PostDocument } from '../../kernel/post-document.ts'

/** What somebody sent to a receiver. */
export interface Received {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A receiver on loopback: keeps what comes, and answers as it is told. */
export interface TestReceiver {
  readonly url: string
  readonly received: Received[]
  /** 200 at first. */
  answer: (response: ServerResponse, received: Received) => void
}

/** Listens until the test ends. */
export async function testReceiver(): Promise<TestReceiver> {
  const received: Received[] = []
  const { url } = await listen(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const one = { url: request.url ?? '', headers: request.headers, body }
    received.push(one)
    receiver.answer(response, one)
  })
  const receiver: TestReceiver = {
    url,
    received,
    answer: (response) => void response.end('ok'),
  }
  return receiver
}

/** Serves HTTP on loopback until the test ends. */
export async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<{ readonly url: string; readonly host: string }> {
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}` }
}

/** Posts by HTTP, without the checks of addresses that the product makes. */
export const postOverHttp: PostDocument = async (url, { type, body, headers }, { timeout }) => {
  const response = await fetch(url, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: { ...headers, 'content-type': type },
    signal: AbortSignal.timeout(timeout),
  })
  return { status: response.status, text: await response.text() }
}
