import { connect, createServer, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { EgressRule } from '../../kernel/sandbox.ts'
import type { EgressOptions } from './egress.ts'
import { connected, exchanged, host, type Opened, opened, rule } from './testing/opened.ts'

interface Site extends Opened {
  readonly port: number
  /** Bytes that arrived, all connections together. */
  readonly heard: () => string
}

/** A host that says `hi` to everybody, and an egress that may reach it by any TCP. */
async function site(
  ruled: Partial<EgressRule> = {},
  more: Partial<EgressOptions> = {},
): Promise<Site> {
  let heard = ''
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('data', (bytes) => {
      heard += bytes
    })
    socket.on('end', () => socket.end(' bye'))
    socket.write('hi')
  })
  const port = await host(server)
  const rules = [rule('allowed.test', port, { proto: 'tcp', ...ruled })]
  return { ...(await opened(rules, more)), port, heard: () => heard }
}

const reasons = ({ denials }: Opened): readonly string[] => denials.map(({ reason }) => reason)

async function rest(socket: Socket): Promise<string> {
  let got = ''
  socket.on('data', (bytes) => {
    got += bytes
  })
  socket.resume()
  await new Promise((resolve) => socket.once('close', resolve))
  return got
}

describe('CONNECT', () => {
  test('reaches an allowed host, and each side may be done before the other', async () => {
    const { proxyPort, port, heard } = await site()
    const socket = (await connected(proxyPort, `allowed.test:${port}`)) as Socket
    socket.end('hello')
    expect(await rest(socket)).toBe('hi bye')
    expect(heard()).toBe('hello')
  })

  test('takes what is sent along with it', async () => {
    const { proxyPort, port, heard } = await site()
    const text = `CONNECT allowed.test:${port} HTTP/1.1\r\nHost: allowed.test:${port}\r\n\r\nearly`
    const socket = connect(proxyPort, '127.0.0.1', () => socket.end(text))
    expect(await rest(socket)).toMatch(/^HTTP\/1\.1 200 .*\r\n\r\nhi bye$/s)
    expect(heard()).toBe('early')
  })

  test('takes a name in any case, and with a final dot', async () => {
    const { proxyPort, port, uses } = await site()
    expect(typeof (await connected(proxyPort, `ALLOWED.test.:${port}`))).toBe('object')
    expect(uses).toMatchObject([{ host: 'allowed.test' }])
  })

  test.each([
    ['denied.test:443', 'host-not-listed'],
    ['allowed.test:22', 'port-not-listed'],
    ['allowed.test.attacker.test:PORT', 'host-not-listed'],
    ['xallowed.test:PORT', 'host-not-listed'],
    ['localhost:PORT', 'host-not-listed'],
    ['169.254.169.254:80', 'address-not-listed'],
    ['127.0.0.1:PORT', 'address-not-listed'],
    ['[::1]:PORT', 'address-not-listed'],
    ['[::ffff:127.0.0.1]:PORT', 'address-not-listed'],
    ['[::ffff:7f00:1]:PORT', 'address-not-listed'],
    ['0.0.0.0:PORT', 'address-not-listed'],
    ['8.8.8.8:53', 'address-not-listed'],
    ['0x7f000001:PORT', 'request-malformed'],
    ['2130706433:PORT', 'request-malformed'],
    ['127.1:PORT', 'request-malformed'],
    ['0177.0.0.1:PORT', 'request-malformed'],
    ['127.0.0.1.:PORT', 'request-malformed'],
    ['[fe80::1%25eth0]:PORT', 'request-malformed'],
    ['allowed.test..:PORT', 'request-malformed'],
    ['.allowed.test:PORT', 'request-malformed'],
    ['allowed.test', 'request-malformed'],
    ['allowed.test:', 'request-malformed'],
    ['allowed.test:0', 'request-malformed'],
    ['allowed.test:0PORT', 'request-malformed'],
    ['allowed.test:70000', 'request-malformed'],
    ['allowed.test:PORT@other.test', 'request-malformed'],
    ['user@allowed.test:PORT', 'request-malformed'],
    ['http://allowed.test:PORT', 'request-malformed'],
    ['allowed.test:PORT/', 'request-malformed'],
    ['allowed%2etest:PORT', 'request-malformed'],
    ['xn--llowed-4ta.test:PORT', 'host-not-listed'],
  ])('to %s is refused: %s', async (target, reason) => {
    const open = await site()
    const answer = await connected(open.proxyPort, target.replace('PORT', String(open.port)))
    expect(answer).toMatch(/^HTTP\/1\.1 40[03] /)
    expect(answer).toContain(`x-sandbox-denied: ${reason}; `)
    expect(reasons(open)).toEqual([reason])
    expect(open.heard()).toBe('')
  })

  test.each(['ällowed.test', 'аllowed.test'])('to %s is refused: not ASCII', async (name) => {
    const open = await site()
    expect(await connected(open.proxyPort, `${name}:${open.port}`)).toMatch(/^HTTP\/1\.1 400 /)
  })

  test('with a Host that says something else is refused', async () => {
    const open = await site()
    const text = `CONNECT allowed.test:${open.port} HTTP/1.1\r\nHost: other.test\r\n\r\n`
    expect(await exchanged(open.proxyPort, text)).toMatch(/^HTTP\/1\.1 403 /)
    expect(reasons(open)).toEqual(['host-mismatch'])
  })

  test('suggests a setting for what is public, and never for what is not', async () => {
    const open = await site()
    for (const target of [
      'api.example.com:443',
      '8.8.8.8:853',
      '10.0.0.1:443',
      '169.254.169.254:80',
      'metadata.google.internal:80',
      'printer.local:443',
      'intranet:443',
      'localhost:443',
    ])
      await connected(open.proxyPort, target)
    const suggested = open.denials.flatMap(({ suggestion }) => suggestion ?? [])
    expect(suggested).toEqual([
      'servers.notes.sandbox.network.allow: { host: api.example.com, ports: [443] }',
      'servers.notes.sandbox.network.allow: { host: 8.8.8.8, ports: [853] }',
    ])
  })
})

describe('an allowed name', () => {
  test.each([
    ['127.0.0.1'],
    ['::1'],
    ['10.0.0.1'],
    ['192.168.1.1'],
    ['169.254.169.254'],
    ['100.64.0.1'],
    ['fd00::1'],
    ['::ffff:127.0.0.1'],
    ['64:ff9b::7f00:1'],
    ['0.0.0.0'],
    ['224.0.0.1'],
    ['not an address'],
  ])('that leads to %s is refused', async (address) => {
    for (const answer of [[address], ['93.184.216.34', address], [address, '93.184.216.34']]) {
      const open = await site({ allowPrivate: false }, { resolve: async () => answer })
      const got = await connected(open.proxyPort, `allowed.test:${open.port}`)
      expect(got).toMatch(/^HTTP\/1\.1 403 /)
      expect(open.denials).toMatchObject([{ reason: 'forbidden-range' }])
      expect(open.denials[0]?.suggestion).toBeUndefined()
      expect(open.uses).toEqual([])
    }
  })

  test.each(['169.254.169.254', 'fd00:ec2::254', '168.63.129.16', '::ffff:a9fe:a9fe', '0.0.0.0'])(
    'never leads to %s, whatever the rule says',
    async (address) => {
      const open = await site({ allowPrivate: true }, { resolve: async () => [address] })
      const got = await connected(open.proxyPort, `allowed.test:${open.port}`)
      expect(got).toContain('forbidden-range')
    },
  )

  test('is looked up once for each connection, and what is dialled is what was checked', async () => {
    let asked = 0
    const resolve = async (): Promise<readonly string[]> => {
      asked += 1
      // a second look would lead elsewhere
      return [asked === 1 ? '127.0.0.1' : '169.254.169.254']
    }
    const open = await site({}, { resolve })
    const socket = await connected(open.proxyPort, `allowed.test:${open.port}`)
    expect(typeof socket).toBe('object')
    expect(asked).toBe(1)
    const again = await connected(open.proxyPort, `allowed.test:${open.port}`)
    expect(again).toContain('forbidden-range')
  })

  test('that nobody knows is no denial', async () => {
    const unknown = async (): Promise<readonly string[]> => Promise.reject(new Error('ENOTFOUND'))
    const open = await site({}, { resolve: unknown })
    const got = await connected(open.proxyPort, `allowed.test:${open.port}`)
    expect(got).toMatch(/^HTTP\/1\.1 502 /)
    expect(open.denials).toEqual([])
  })

  test('that is never answered for is given up', async () => {
    const never = (): Promise<readonly string[]> => new Promise(() => {})
    const open = await site({}, { resolve: never, limits: { dial: 100 } })
    expect(await connected(open.proxyPort, `allowed.test:${open.port}`)).toMatch(/^HTTP\/1\.1 502 /)
  })
})

describe('two servers', () => {
  test('have nothing in common: neither names, nor addresses, nor what they may reach', async () => {
    const one = await site()
    const other = await opened([rule('other.test', one.port, { proto: 'tcp' })], {
      server: 'other',
    })
    const got = await connected(other.proxyPort, `allowed.test:${one.port}`)
    expect(got).toContain('host-not-listed')
    expect(await exchanged(other.directPort(one.port), 'x', '127.64.0.1')).toBe('')
    expect(other.denials).toMatchObject([
      { server: 'other', reason: 'host-not-listed' },
      { server: 'other', reason: 'unknown-address' },
    ])
    expect(one.denials).toEqual([])
  })
})

test('what is closed ends every connection, and takes no more', async () => {
  const open = await site()
  const socket = (await connected(open.proxyPort, `allowed.test:${open.port}`)) as Socket
  const ended = rest(socket)
  await open.egress.close()
  await ended
  await expect(
    exchanged(open.proxyPort, 'x').then(
      (text) => text,
      () => '',
    ),
  ).resolves.toBe('')
})
