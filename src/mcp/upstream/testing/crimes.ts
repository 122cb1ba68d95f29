import { type Answer, beginStream, sendEvent, sendJson } from './hostile.ts'

/** Each tells what a server does to a call, and the code that the caller gets. */
export const CRIMES: readonly (readonly [string, string, Answer])[] = [
  [
    'garbage as JSON',
    'upstream_malformed',
    (_, response) => {
      response.setHeader('Content-Type', 'application/json')
      response.end('{"jsonrpc":"2.0","id"')
    },
  ],
  [
    'duplicate members',
    'upstream_malformed',
    ({ id }, response) => {
      response.setHeader('Content-Type', 'application/json')
      response.end(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{},"result":{"a":1}}`)
    },
  ],
  [
    'bytes that are not UTF-8',
    'upstream_malformed',
    ({ id }, response) => {
      response.setHeader('Content-Type', 'application/json')
      response.write(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"a":"`)
      response.end(Buffer.from([0xc3, 0x28, 0x22, 0x7d, 0x7d]))
    },
  ],
  [
    'a web page',
    'upstream_malformed',
    (_, response) => {
      response.setHeader('Content-Type', 'text/html')
      response.end('<h1>welcome</h1>')
    },
  ],
  [
    'the answer to another request',
    'upstream_malformed',
    (_, response) => {
      sendJson(response, 'not yours', {})
    },
  ],
  [
    'the answer to another request, streamed',
    'upstream_malformed',
    (_, response) => {
      beginStream(response)
      sendEvent(response, { id: 4711, result: {} })
    },
  ],
  [
    'a request in place of the answer',
    'upstream_malformed',
    ({ id }, response) => {
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({ jsonrpc: '2.0', id, method: 'sampling/createMessage' }))
    },
  ],
  [
    'nothing at all',
    'upstream_malformed',
    (_, response) => {
      response.writeHead(202).end()
    },
  ],
  [
    'a body that is compressed',
    'upstream_malformed',
    ({ id }, response) => {
      response.setHeader('Content-Encoding', 'gzip')
      sendJson(response, id, {})
    },
  ],
  [
    'an answer that is not said to be JSON',
    'upstream_malformed',
    ({ id }, response) => {
      response.setHeader('Content-Type', 'text/plain')
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result: {} }))
    },
  ],
  [
    'a body that is too large',
    'upstream_too_large',
    ({ id }, response) => {
      sendJson(response, id, { text: 'x'.repeat(200_000) })
    },
  ],
  [
    'a body without end',
    'upstream_too_large',
    (_, response) => {
      response.setHeader('Content-Type', 'application/json')
      const more = setInterval(() => response.write('x'.repeat(50_000)), 1)
      response.on('close', () => clearInterval(more))
    },
  ],
  [
    'an event that is too large',
    'upstream_too_large',
    ({ id }, response) => {
      beginStream(response)
      sendEvent(response, { id, result: { text: 'x'.repeat(200_000) } })
    },
  ],
  [
    'a line without end',
    'upstream_too_large',
    (_, response) => {
      beginStream(response)
      const more = setInterval(() => response.write('x'.repeat(50_000)), 1)
      response.on('close', () => clearInterval(more))
    },
  ],
  [
    'a crash before the answer',
    'upstream_failed',
    (_, response) => {
      response.socket?.destroy()
    },
  ],
  [
    'a crash in the middle of the body',
    'upstream_failed',
    (_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100' })
      response.write('{"jsonrpc"', () => response.socket?.destroy())
    },
  ],
  [
    'a stream that ends without answer',
    'upstream_failed',
    (_, response) => {
      beginStream(response)
      response.end()
    },
  ],
  [
    'a redirect',
    'upstream_failed',
    (_, response) => {
      response.writeHead(307, { Location: '/elsewhere' }).end()
    },
  ],
  [
    'a change of protocol',
    'upstream_failed',
    (_, response) => {
      response.socket?.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
      )
    },
  ],
  [
    'what is not HTTP',
    'upstream_failed',
    (_, response) => {
      response.socket?.end('SSH-2.0-OpenSSH_9.9\r\n')
    },
  ],
  [
    'a bare 500',
    'upstream_failed',
    (_, response) => {
      response.writeHead(500).end('trace: at secret.ts:1')
    },
  ],
  [
    'a bare 400',
    'upstream_failed',
    (_, response) => {
      response.writeHead(400).end('no')
    },
  ],
  [
    '401',
    'upstream_unauthorized',
    (_, response) => {
      response.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end()
    },
  ],
  [
    '403',
    'upstream_unauthorized',
    ({ id }, response) => {
      response.writeHead(403, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -1, message: 'no' } }))
    },
  ],
  ['silence', 'upstream_timeout', () => {}],
  [
    'a slow drip',
    'upstream_timeout',
    (_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' })
      const drip = setInterval(() => response.write(' '), 5)
      response.on('close', () => clearInterval(drip))
    },
  ],
  [
    'a slow drip of comments',
    'upstream_timeout',
    (_, response) => {
      beginStream(response)
      const drip = setInterval(() => response.write(': on\n\n'), 5)
      response.on('close', () => clearInterval(drip))
    },
  ],
]
