import { createServer, connect as netConnect, type Socket } from 'node:net'
import { connect as tlsConnect, createServer as tlsServer } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { extension, helloBytes, inRecords, sni } from './testing/hellos.ts'
import { HOSTS_TLS } from './testing/hosts-tls.ts'
import {
  connected,
  exchanged,
  host,
  type Opened,
  opened,
  resolver,
  rule,
} from './testing/opened.ts'

/** A TLS host that says back what it hears, after the name it was asked for. */
function echo(): Promise<number> {
  return host(
    tlsServer(HOSTS_TLS, (socket) => {
      socket.on('error', () => {})
      socket.write(`${socket.servername || '-'}:`)
      socket.pipe(socket)
    }),
  )
}

/** What comes back over TLS; why there is nothing where nothing does. */
async function said(socket: Socket, servername: string, text = 'hello'): Promise<string> {
  const tls = tlsConnect({ socket, servername, rejectUnauthorized: false })
  let got = ''
  tls.on('data', (chunk) => {
    got += chunk
  })
  tls.end(text)
  return new Promise((resolve) => {
    tls.once('error', (error) => resolve(error.message))
    tls.once('end', () => resolve(got))
  })
}

async function through(open: Opened, target: string): Promise<Socket> {
  const socket = await connected(open.proxyPort, target)
  if (typeof socket === 'string') throw new Error(socket)
  return socket
}

const closed = (socket: Socket): Promise<unknown> =>
  new Promise((resolve) => socket.once('close', resolve))
const reasons = ({ denials }: Opened): readonly string[] => denials.map(({ reason }) => reason)

describe('TLS', () => {
  test('through the proxy reaches an allowed host, and is told and counted', async () => {
    const port = await echo()
    const open = await opened([rule('allowed.test', port)])
    const socket = await through(open, `allowed.test:${port}`)
    expect(await said(socket, 'allowed.test')).toBe('allowed.test:hello')
    expect(open.uses).toEqual([{ server: 'notes', layer: 'net', host: 'allowed.test', port }])
    expect(open.denials).toEqual([])
    const counted = open.egress.counters().hosts.get('allowed.test')
    expect(counted).toMatchObject({ allowed: 1, denied: 0 })
    expect(counted?.up).toBeGreaterThan(300)
    expect(counted?.down).toBeGreaterThan(500)
  })

  test('reaches it without the proxy, by the address that stands for its name', async () => {
    const port = await echo()
    const open = await opened([rule('allowed.test', port)])
    const [address = ''] = await resolver(open.dnsPort).resolve4('allowed.test')
    const socket = netConnect(open.directPort(port), address)
    expect(await said(socket, 'allowed.test')).toBe('allowed.test:hello')
  })

  test('to an address that stands for nothing is closed', async () => {
    const port = await echo()
    const open = await opened([rule('allowed.test', port)])
    expect(await exchanged(open.directPort(port), 'x', '127.64.9.9')).toBe('')
    expect(open.denials).toMatchObject([
      { op: 'connect', target: `127.64.9.9:${port}`, reason: 'unknown-address' },
    ])
  })

  test.each([
    ['other.test', 'sni-mismatch'],
    ['allowed.test.', 'sni-mismatch'],
    ['', 'sni-missing'],
  ])('that asks for "%s" instead never leaves: %s', async (servername, reason) => {
    let reached = ''
    const port = await host(
      createServer((socket) => {
        socket.on('data', (bytes) => {
          reached += bytes.toString('latin1')
        })
      }),
    )
    const open = await opened([rule('allowed.test', port)])
    const socket = await through(open, `allowed.test:${port}`)
    expect(await said(socket, servername)).toContain('unrecognized name')
    expect(reasons(open)).toEqual([reason])
    expect(open.uses).toEqual([])
    expect(reached).toBe('')
  })

  test.each([
    ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['clear text HTTP', 'GET / HTTP/1.1\r\nHost: allowed.test\r\n\r\n'],
    ['a hello of SSL 2.0', Buffer.from('802e0100020015000000100100800200800300', 'hex')],
  ])('is the only thing that passes: %s does not', async (_what, bytes) => {
    const port = await echo()
    const open = await opened([rule('allowed.test', port)])
    const socket = await through(open, `allowed.test:${port}`)
    socket.write(bytes)
    await closed(socket)
    expect(reasons(open)).toEqual(['not-tls'])
  })

  test('that hides whom it is for is refused, and told with the setting; a rule may let it pass', async () => {
    const hello = inRecords(
      helloBytes([sni('api.example.com'), extension(0xfe0d, Buffer.alloc(99))]),
    )
    let heard = 0
    const port = await host(
      createServer((socket) => {
        socket.on('data', (bytes) => {
          heard += bytes.length
        })
      }),
    )
    const open = await opened([rule('api.example.com', port)])
    const socket = await through(open, `api.example.com:${port}`)
    socket.resume().write(hello)
    await closed(socket)
    expect(heard).toBe(0)
    expect(open.denials).toMatchObject([
      {
        reason: 'encrypted-hello',
        suggestion: `servers.notes.sandbox.network.allow: { host: api.example.com, ports: [${port}], encryptedHello: true }`,
      },
    ])
    const lenient = await opened([rule('api.example.com', port, { encryptedHello: true })])
    const passing = await through(lenient, `api.example.com:${port}`)
    passing.write(hello)
    await expect.poll(() => heard).toBe(hello.length)
  })

  test('passes by what an address rule says, without a name', async () => {
    const port = await echo()
    const open = await opened([rule('127.0.0.1', port)])
    expect(await said(await through(open, `127.0.0.1:${port}`), '')).toBe('-:hello')
    const other = await through(open, `127.0.0.1:${port}`)
    expect(await said(other, 'other.test')).toContain('unrecognized name')
  })

  test('that never says hello is closed in time, and one that trickles, too', async () => {
    const port = await echo()
    const open = await opened([rule('allowed.test', port)], { limits: { head: 150 } })
    const silent = await through(open, `allowed.test:${port}`)
    const trickling = await through(open, `allowed.test:${port}`)
    const drip = setInterval(() => trickling.write(Buffer.from([22])), 20)
    trickling.write(Buffer.from([22, 3, 1, 64, 0]))
    await Promise.all([closed(silent), closed(trickling)])
    clearInterval(drip)
    expect(reasons(open)).toEqual(['hello-late', 'hello-late'])
  })
})
