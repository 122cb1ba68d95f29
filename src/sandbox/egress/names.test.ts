import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allowlist } from './allowlist.ts'
import { readQuery } from './dns-message.ts'
import { answerTo } from './name-server.ts'
import { openNames } from './names.ts'
import { openReport } from './report.ts'
import { opened, resolver, rule } from './testing/opened.ts'

const RULES = [rule('allowed.test', 443), rule('*.suffix.test', 443)]

describe('names', () => {
  test('on the allowlist have an address on loopback each, and keep it', async () => {
    const { dnsPort, uses, denials } = await opened(RULES)
    const dns = resolver(dnsPort)
    expect(await dns.resolve4('allowed.test')).toEqual(['127.64.0.1'])
    expect(await dns.resolve4('a.b.suffix.test')).toEqual(['127.64.0.2'])
    expect(await dns.resolve4('ALLOWED.test.')).toEqual(['127.64.0.1'])
    expect(uses.map(({ layer, host }) => `${layer} ${host}`)).toEqual([
      'dns allowed.test',
      'dns a.b.suffix.test',
      'dns allowed.test',
    ])
    expect(denials).toEqual([])
  })

  test('have nothing else', async () => {
    const { dnsPort, denials } = await opened(RULES)
    const dns = resolver(dnsPort)
    for (const type of ['AAAA', 'TXT', 'MX', 'NS'] as const)
      await expect(dns.resolve('allowed.test', type)).rejects.toMatchObject({ code: 'ENODATA' })
    expect(denials).toEqual([])
  })

  test.each([
    'denied.test',
    'suffix.test',
    'xsuffix.test',
    'allowed.test.attacker.test',
    'c2vjcmv0.attacker.test',
    'metadata.google.internal',
  ])('that are not allowed do not exist: %s', async (name) => {
    const { dnsPort, denials } = await opened(RULES)
    const dns = resolver(dnsPort)
    await expect(dns.resolve4(name)).rejects.toMatchObject({ code: 'ENOTFOUND' })
    expect(denials).toMatchObject([
      { server: 'notes', layer: 'dns', op: 'resolve', target: name, reason: 'host-not-listed' },
    ])
  })

  test('under a suffix do not add up', () => {
    const names = openNames(allowlist(RULES), 100)
    const exact = names.address('allowed.test')
    const first = names.address('n0.suffix.test')
    for (let count = 1; count < 10_000; count += 1) names.address(`n${count}.suffix.test`)
    expect(names.size).toBe(101)
    expect(names.name(exact ?? '')).toBe('allowed.test')
    expect(names.address('allowed.test')).toBe(exact)
    // what it stood for is over, and it stands for nothing else yet
    expect(names.name(first ?? '')).toBeUndefined()
  })

  test('that are in use stay', () => {
    const names = openNames(allowlist(RULES), 10)
    const used = names.address('used.suffix.test') ?? ''
    for (let count = 0; count < 100; count += 1) {
      names.address(`n${count}.suffix.test`)
      expect(names.name(used)).toBe('used.suffix.test')
    }
  })

  test('are asked for so often, and no more is answered', async () => {
    let now = 0
    const { dnsPort, denials } = await opened(RULES, { clock: () => now })
    const socket = createSocket('udp4')
    const ask = (): void => socket.send(query('denied.test'), dnsPort, '127.0.0.1')
    for (let count = 0; count < 1_000; count += 1) {
      ask()
      await once(socket, 'message')
    }
    for (let count = 0; count < 5; count += 1) ask()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(denials.length).toBe(1_000)
    now = 1_000
    ask()
    await once(socket, 'message')
    expect(denials.length).toBe(1_001)
    socket.close()
  })
})

/** A query for the address of a name, which may be any bytes. */
function query(name: string, type = 1): Buffer {
  const labels = name.split('.').map((label) => {
    const bytes = Buffer.from(label, 'latin1')
    return Buffer.concat([Buffer.from([bytes.length]), bytes])
  })
  const head = Buffer.from([0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  return Buffer.concat([head, ...labels, Buffer.from([0, type >> 8, type & 255, 0, 1])])
}

describe('a datagram to the name server', () => {
  const allowed = allowlist(RULES)
  const denied: string[] = []
  const watch = {
    denied: ({ target }: { target: string }) => void denied.push(target),
    used: () => {},
  }
  const report = openReport('notes', watch, undefined)
  const answer = (bytes: Buffer) => answerTo(bytes, { names: openNames(allowed), report })
  const codeOf = (bytes: Buffer | undefined) => (bytes?.[3] ?? 0) & 15

  test('that is a query gets its id and its question back as it was written', () => {
    const asked = query('AlLowed.TeST')
    const got = answer(asked) ?? Buffer.alloc(0)
    expect(got.subarray(0, 2)).toEqual(asked.subarray(0, 2))
    expect(got.subarray(12, asked.length)).toEqual(asked.subarray(12))
    expect([...got.subarray(-4)]).toEqual([127, 64, 0, 1])
    expect(got.readUInt16BE(6)).toBe(1)
  })

  test('that is an answer is not answered', () => {
    const asked = query('allowed.test')
    asked[2] = 0x80
    expect(answer(asked)).toBeUndefined()
    expect(answer(Buffer.alloc(11))).toBeUndefined()
  })

  test.each([
    ['two questions', 5, 2, 1],
    ['no question', 5, 0, 1],
    ['an answer in it', 7, 1, 1],
    ['an update', 2, 5 << 3, 4],
    ['another class', 29, 3, 5],
    ['a label that points elsewhere', 12, 0xc0, 1],
    ['a label that is too long', 12, 64, 1],
    ['a label beyond the end', 20, 63, 1],
  ])('with %s is refused', (_what, at, value, code) => {
    const asked = query('allowed.test')
    asked[at] = value
    expect(codeOf(answer(asked))).toBe(code)
    expect(answer(asked)?.readUInt16BE(6)).toBe(0)
  })

  test('with a label of more than 63 bytes is refused', () => {
    expect(codeOf(answer(query(`${'a'.repeat(63)}.suffix.test`)))).toBe(0)
    expect(codeOf(answer(query(`${'a'.repeat(64)}.suffix.test`)))).toBe(1)
  })

  test('with a name of more than 255 bytes is refused', () => {
    expect(codeOf(answer(query(`${'a.'.repeat(126)}test`)))).toBe(1)
    expect(codeOf(answer(query(`${'a.'.repeat(120)}suffix.test`)))).toBe(0)
  })

  test('with bytes that are no host name is for no allowed name, and is told without them', () => {
    denied.length = 0
    expect(codeOf(answer(query('allowed.test\u0000')))).toBe(3)
    expect(codeOf(answer(query('a\u001b[31m.suffix.test')))).toBe(3)
    expect(denied).toEqual(['allowed.test?', 'a??31m.suffix.test'])
  })

  test('of any bytes never throws, and is answered by at most what it asked and an address', () => {
    const head = fc.constantFrom(Buffer.alloc(0), query('allowed.test').subarray(0, 12))
    fc.assert(
      fc.property(head, fc.uint8Array({ maxLength: 600 }), (start, rest) => {
        const bytes = Buffer.concat([start, rest])
        const got = answer(bytes)
        expect(got === undefined || got.length <= bytes.length + 16).toBe(true)
        expect(() => readQuery(bytes)).not.toThrow()
      }),
    )
  })
})
