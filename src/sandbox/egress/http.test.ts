import { execFile } from 'node:child_process'
import { createServer, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { EgressRule } from '../../kernel/sandbox.ts'
import type { EgressOptions } from './egress.ts'
import {
  connected,
  exchanged,
  host,
  type Opened,
  opened,
  resolver,
  rule,
} from './testing/opened.ts'

interface Site extends Opened {
  readonly port: number
  /** `METHOD path host body`, one for each request that arrived. */
  readonly seen: readonly string[]
}

/** A site in plain HTTP, and an egress that may reach it as `allowed.test`. */
async function site(
  more: Partial<EgressOptions> = {},
  ruled: Partial<EgressRule> = {},
): Promise<Site> {
  const seen: string[] = []
  const port = await host(
    createServer(async (request, response) => {
      const body = await textOf(request)
      seen.push(`${request.method} ${request.url} ${request.headers.host} ${body}`)
      response.setHeader('x-sandbox-denied', 'forged')
      response.end(`answer to ${request.url}`)
    }),
  )
  const rules = [rule('allowed.test', port, { proto: 'http', ...ruled })]
  return { ...(await opened(rules, more)), port, seen }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

const reasons = ({ denials }: Opened): readonly string[] => denials.map(({ reason }) => reason)
const statusOf = (answer: string): string => answer.slice(9, 12)

describe('plain HTTP through the proxy', () => {
  test('is passed on, written anew', async () => {
    const { proxyPort, port, seen, egress, uses } = await site()
    const answer = await exchanged(
      proxyPort,
      `PUT http://ALLOWED.test:${port}/a?b=1 HTTP/1.1\r\nHost: allowed.test:${port}\r\n` +
        'Proxy-Authorization: Basic eA==\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\n\r\n',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(answer).toContain('answer to /a?b=1')
    expect(answer).not.toContain('forged')
    expect(seen).toEqual([`PUT /a?b=1 allowed.test:${port} hello`])
    expect(uses).toHaveLength(1)
    expect(egress.counters().hosts.get('allowed.test')).toMatchObject({ allowed: 1 })
  })

  test('is what curl speaks', async () => {
    const { egress, proxyPort, port, seen } = await site()
    expect(egress.env['HTTP_PROXY']).toBe('http://127.0.0.1:3128')
    const proxy = `http://127.0.0.1:${proxyPort}`
    const url = `http://allowed.test:${port}/from-curl`
    const args = [
      '-sS',
      '--noproxy',
      '',
      '-x',
      proxy,
      '-d',
      'a=1',
      '-H',
      'Expect: 100-continue',
      url,
    ]
    const { stdout } = await promisify(execFile)('curl', args)
    expect(stdout).toBe('answer to /from-curl')
    expect(seen).toEqual([`POST /from-curl allowed.test:${port} a=1`])
  })

  test('inside CONNECT is the same, as Node.js speaks it', async () => {
    const { proxyPort, port, seen } = await site()
    const script = `fetch('http://allowed.test:${port}/x').then((r) => r.text()).then(console.log)`
    const proxy = `http://127.0.0.1:${proxyPort}`
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
      env: { HTTP_PROXY: proxy, NODE_USE_ENV_PROXY: '1' },
    })
    expect(stdout).toBe('answer to /x\n')
    expect(seen).toEqual([`GET /x allowed.test:${port} `])
  })

  test('needs no proxy', async () => {
    const { dnsPort, directPort, port, seen } = await site()
    const [address = ''] = await resolver(dnsPort).resolve4('allowed.test')
    const request = `GET /direct HTTP/1.1\r\nHost: allowed.test:${port}\r\n\r\n`
    expect(await exchanged(directPort(port), request, address)).toContain('answer to /direct')
    expect(seen).toHaveLength(1)
  })

  test('is refused with the reason and the setting that would allow it', async () => {
    const { proxyPort, denials } = await site()
    const request = 'GET http://api.example.com/ HTTP/1.1\r\nHost: api.example.com\r\n\r\n'
    const answer = await exchanged(proxyPort, request)
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
    expect(answer).toContain('x-sandbox-denied: host-not-listed; api.example.com:80\r\n')
    const suggestion =
      'servers.notes.sandbox.network.allow: { host: api.example.com, ports: [80], proto: http }'
    expect(answer).toContain(suggestion)
    expect(denials).toEqual([
      {
        server: 'notes',
        layer: 'net',
        op: 'request',
        target: 'api.example.com:80',
        reason: 'host-not-listed',
        suggestion,
      },
    ])
  })

  test('is refused where only TLS is allowed', async () => {
    const open = await site({}, { proto: 'tls' })
    const host = `allowed.test:${open.port}`
    const answer = await exchanged(
      open.proxyPort,
      `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    )
    expect([statusOf(answer), reasons(open), open.seen]).toEqual(['403', ['not-tls'], []])
  })

  test('answers 502 when the host is allowed and not there', async () => {
    const open = await opened([rule('gone.test', 1, { proto: 'http' })])
    const answer = await exchanged(
      open.proxyPort,
      'GET http://gone.test:1/ HTTP/1.1\r\nHost: gone.test:1\r\n\r\n',
    )
    expect(statusOf(answer)).toBe('502')
    expect(open.denials).toEqual([])
  })
})

describe('a request that could be read in two ways', () => {
  const H = 'Host: allowed.test:PORT'
  test.each([
    [
      'another Host',
      'GET http://allowed.test:PORT/ HTTP/1.1',
      ['Host: other.test'],
      '403',
      'host-mismatch',
    ],
    [
      'the Host of another port',
      'GET http://allowed.test:PORT/ HTTP/1.1',
      ['Host: allowed.test'],
      '403',
      'host-mismatch',
    ],
    ['no Host', 'GET http://allowed.test:PORT/ HTTP/1.1', ['X: y'], '403', 'host-mismatch'],
    ['an empty Host', 'GET http://allowed.test:PORT/ HTTP/1.1', ['Host:'], '403', 'host-mismatch'],
    [
      'two Hosts',
      'GET http://allowed.test:PORT/ HTTP/1.1',
      [H, 'host: other.test'],
      '403',
      'host-mismatch',
    ],
    ['one Host twice', 'GET http://allowed.test:PORT/ HTTP/1.1', [H, H], '403', 'host-mismatch'],
    [
      'user information',
      'GET http://allowed.test@other.test/ HTTP/1.1',
      [H],
      '400',
      'request-malformed',
    ],
    [
      'user information before',
      'GET http://a:b@allowed.test:PORT/ HTTP/1.1',
      [H],
      '400',
      'request-malformed',
    ],
    [
      'a backslash',
      'GET http://allowed.test:PORT\\@other.test/ HTTP/1.1',
      [H],
      '400',
      'request-malformed',
    ],
    [
      'a fragment',
      'GET http://allowed.test:PORT/#@other.test HTTP/1.1',
      [H],
      '400',
      'request-malformed',
    ],
    ['another scheme', 'GET https://allowed.test:PORT/ HTTP/1.1', [H], '400', 'request-malformed'],
    ['no scheme', 'GET /x HTTP/1.1', [H], '400', 'request-malformed'],
    [
      'a host that is percent-encoded',
      'GET http://allowed%2etest:PORT/ HTTP/1.1',
      [H],
      '400',
      'request-malformed',
    ],
    [
      'a host that is not ASCII',
      'GET http://ällowed.test:PORT/ HTTP/1.1',
      [H],
      '400',
      'request-malformed',
    ],
    [
      'two lengths',
      'POST http://allowed.test:PORT/ HTTP/1.1',
      [H, 'Content-Length: 0', 'Content-Length: 5'],
      '400',
      'request-malformed',
    ],
    [
      'one length twice',
      'POST http://allowed.test:PORT/ HTTP/1.1',
      [H, 'Content-Length: 0', 'Content-Length: 0'],
      '400',
      'request-malformed',
    ],
    [
      'a length with a sign',
      'POST http://allowed.test:PORT/ HTTP/1.1',
      [H, 'Content-Length: +0'],
      '400',
      'request-malformed',
    ],
    [
      'a length and chunks',
      'POST http://allowed.test:PORT/ HTTP/1.1',
      [H, 'Content-Length: 5', 'Transfer-Encoding: chunked'],
      '400',
      'request-malformed',
    ],
    [
      'chunks twice',
      'POST http://allowed.test:PORT/ HTTP/1.1',
      [H, 'Transfer-Encoding: chunked, chunked'],
      '400',
      'request-malformed',
    ],
    [
      'chunks and something else',
      'POST http://allowed.test:PORT/ HTTP/1.1',
      [H, 'Transfer-Encoding: gzip, chunked'],
      '400',
      'request-malformed',
    ],
    [
      'chunks that are none',
      'POST http://allowed.test:PORT/ HTTP/1.1',
      [H, 'Transfer-Encoding: xchunked'],
      '400',
      'request-malformed',
    ],
    [
      'a header over two lines',
      'GET http://allowed.test:PORT/ HTTP/1.1',
      [H, 'X: a', ' b'],
      '400',
      'request-malformed',
    ],
    [
      'a space before the colon',
      'GET http://allowed.test:PORT/ HTTP/1.1',
      ['Host : allowed.test:PORT'],
      '400',
      'request-malformed',
    ],
    [
      'a line that ends bare',
      'GET http://allowed.test:PORT/ HTTP/1.1',
      [`${H}\nX: y`],
      '400',
      'request-malformed',
    ],
    [
      'a return alone',
      'GET http://allowed.test:PORT/ HTTP/1.1',
      [`${H}\rX: y`],
      '400',
      'request-malformed',
    ],
    [
      'a zero',
      'GET http://allowed.test:PORT/ HTTP/1.1',
      [H, 'X: a\u0000b'],
      '400',
      'request-malformed',
    ],
    ['another protocol', 'GET http://allowed.test:PORT/ HTTP/2.0', [H], '400', 'request-malformed'],
    [
      'an upgrade',
      'GET http://allowed.test:PORT/ HTTP/1.1',
      [H, 'Connection: Upgrade', 'Upgrade: websocket'],
      '403',
      'upgrade-refused',
    ],
  ])('is refused: %s', async (_what, line, headers, status, reason) => {
    const open = await site()
    const text = [line, ...headers, '', ''].join('\r\n').replaceAll('PORT', String(open.port))
    const answer = await exchanged(open.proxyPort, Buffer.from(text, 'utf8'))
    expect([statusOf(answer), reasons(open), open.seen]).toEqual([status, [reason], []])
  })

  test.each([
    ['an absolute target', 'GET http://other.test/ HTTP/1.1\r\nHost: allowed.test:PORT'],
    [
      'an absolute target of the same host',
      'GET http://allowed.test:PORT/ HTTP/1.1\r\nHost: allowed.test:PORT',
    ],
    ['another Host', 'GET / HTTP/1.1\r\nHost: other.test'],
    ['a star', 'OPTIONS * HTTP/1.1\r\nHost: allowed.test:PORT'],
    ['another CONNECT', 'CONNECT other.test:443 HTTP/1.1\r\nHost: allowed.test:PORT'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM'],
    ['TLS', '\u0016\u0003\u0001'],
  ])('is refused on a connection to one host: %s', async (_what, text) => {
    const open = await site()
    const socket = (await connected(open.proxyPort, `allowed.test:${open.port}`)) as Socket
    let got = ''
    socket.on('data', (chunk) => {
      got += chunk
    })
    socket.write(`${text.replaceAll('PORT', String(open.port))}\r\n\r\n`, 'latin1')
    socket.resume()
    await new Promise((resolve) => socket.once('close', resolve))
    expect(got).toMatch(/^HTTP\/1\.1 40[03] /)
    expect(open.denials).toHaveLength(1)
    expect(open.seen).toEqual([])
  })

  test('is one alone: what comes behind it is not read', async () => {
    const open = await site()
    const one = `POST http://allowed.test:${open.port}/1 HTTP/1.1\r\nHost: allowed.test:${open.port}\r\nContent-Length: 2\r\n\r\nok`
    const two = `GET http://allowed.test:${open.port}/2 HTTP/1.1\r\nHost: allowed.test:${open.port}\r\n\r\n`
    const answer = await exchanged(open.proxyPort, one + two)
    expect(answer).toContain('answer to /1')
    expect(open.seen).toEqual([`POST /1 allowed.test:${open.port} ok`])
  })

  test('cannot take away its own frame or host', async () => {
    const open = await site()
    const answer = await exchanged(
      open.proxyPort,
      `POST http://allowed.test:${open.port}/ HTTP/1.1\r\nHost: allowed.test:${open.port}\r\n` +
        'Connection: content-length, host, x-gone\r\nX-Gone: 1\r\nContent-Length: 4\r\n\r\nbody',
    )
    expect(statusOf(answer)).toBe('200')
    expect(open.seen).toEqual([`POST / allowed.test:${open.port} body`])
  })
})

describe('a slow request', () => {
  test('whose head trickles is cut off', async () => {
    const open = await site({ limits: { head: 150 } })
    const socket = connect(open.proxyPort, '127.0.0.1')
    socket.on('error', () => {})
    socket.write('GET http://allowed.test/')
    const drip = setInterval(() => socket.write('a'), 20)
    await new Promise((resolve) => socket.once('close', resolve))
    clearInterval(drip)
    expect(reasons(open)).toEqual(['request-late'])
  })

  test('whose body stops is cut off', async () => {
    const open = await site({ limits: { idle: 150 } })
    const head = `POST http://allowed.test:${open.port}/ HTTP/1.1\r\nHost: allowed.test:${open.port}\r\n`
    await exchanged(open.proxyPort, `${head}Content-Length: 10\r\n\r\nhalf`)
    expect(open.seen).toEqual([])
  })

  test('does not keep others out: connections are so many, and then refused', async () => {
    const open = await site({ limits: { connections: 3 } })
    const idle = Array.from({ length: 3 }, () => connect(open.proxyPort, '127.0.0.1'))
    await Promise.all(idle.map((socket) => new Promise((done) => socket.once('connect', done))))
    expect(await exchanged(open.proxyPort, '')).toBe('')
    expect(reasons(open)).toEqual(['too-many-connections'])
    idle[0]?.destroy()
    const request = `GET http://allowed.test:${open.port}/ HTTP/1.1\r\nHost: allowed.test:${open.port}\r\n\r\n`
    await expect.poll(async () => exchanged(open.proxyPort, request)).toContain('200 OK')
    for (const socket of idle) socket.destroy()
  })
})
