import { Duplex } from 'node:stream'
import { connect } from 'node:tls'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type HelloVerdict, helloReader, MAX_HELLO } from './client-hello.ts'
import { extension, helloBytes, inRecords, sni } from './testing/hellos.ts'
import { judge } from './tls-gate.ts'

function read(bytes: Buffer, sizes: readonly number[] = [bytes.length]): HelloVerdict {
  const reader = helloReader()
  let verdict: HelloVerdict = { kind: 'more' }
  let at = 0
  for (let piece = 0; at < bytes.length && verdict.kind === 'more'; piece += 1) {
    const size = Math.max(1, sizes[piece % sizes.length] ?? 1)
    verdict = reader.push(bytes.subarray(at, at + size))
    at += size
  }
  return verdict
}

/** What Node.js itself sends. */
async function realHello(servername: string): Promise<Buffer> {
  return new Promise((resolve) => {
    const wire = new Duplex({
      read() {},
      write(bytes, _encoding, done) {
        resolve(bytes)
        done()
      },
    })
    connect({ socket: wire, servername }).on('error', () => {})
  })
}

const NAMED = { kind: 'hello', serverName: 'allowed.test', encrypted: false }
const MALFORMED: HelloVerdict = { kind: 'refused', reason: 'hello-malformed' }
const NOT_TLS: HelloVerdict = { kind: 'refused', reason: 'not-tls' }

describe('a TLS hello', () => {
  test('of a real client is read', async () => {
    expect(read(await realHello('allowed.test'))).toMatchObject(NAMED)
  })

  test('is the same however it is cut, into records and into pieces', () => {
    const hello = helloBytes([
      extension(0x1a1a),
      sni('allowed.test'),
      extension(0xdada, Buffer.alloc(1)),
    ])
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(sizes, sizes, (records, pieces) => {
        expect(read(inRecords(hello, records), pieces)).toMatchObject(NAMED)
      }),
    )
  })

  test('does not mind what comes in the next record', () => {
    const early = Buffer.from([23, 3, 3, 0, 2, 1, 2])
    const bytes = Buffer.concat([
      inRecords(helloBytes([sni('allowed.test')])),
      early,
      Buffer.alloc(99_999),
    ])
    expect(read(bytes)).toMatchObject(NAMED)
  })

  test('that has no extensions names nobody', () => {
    const bare = Buffer.concat([Buffer.alloc(34), Buffer.from([0, 0, 2, 0x13, 1, 1, 0])])
    const hello = Buffer.concat([Buffer.from([1, 0, 0, bare.length]), bare])
    expect(read(inRecords(hello))).toMatchObject({ kind: 'hello', serverName: undefined })
  })

  test.each([
    ['two server names', [sni('allowed.test'), sni('other.test')]],
    ['two names in one list', [sni('allowed.test', 'other.test')]],
    ['a list that is longer than its names', [extension(0, Buffer.from([0, 9, 0, 0, 1, 97]))]],
    ['bytes after the list', [extension(0, Buffer.from([0, 4, 0, 0, 1, 97, 0]))]],
    ['an empty name', [extension(0, Buffer.from([0, 3, 0, 0, 0]))]],
    ['a name that is no host name', [extension(0, Buffer.from([0, 4, 1, 0, 1, 97]))]],
    ['one extension twice', [sni('allowed.test'), extension(9), extension(9)]],
  ])('with %s is refused', (_what, extensions) => {
    expect(read(inRecords(helloBytes(extensions)))).toEqual(MALFORMED)
  })

  test('with another message in its record is refused', () => {
    const hello = helloBytes([sni('allowed.test')])
    expect(read(inRecords(Buffer.concat([hello, hello])))).toEqual(MALFORMED)
    expect(read(inRecords(Buffer.concat([hello, Buffer.from([0])])))).toEqual(MALFORMED)
  })

  test('is refused when it is another message, has an empty record, or is too long', () => {
    const other = helloBytes([sni('allowed.test')])
    other[0] = 2
    expect(read(inRecords(other))).toEqual(MALFORMED)
    expect(read(Buffer.from([22, 3, 1, 0, 0]))).toEqual(MALFORMED)
    const hello = inRecords(helloBytes([sni('allowed.test')]), [50, 10_000])
    const empty = Buffer.concat([
      hello.subarray(0, 55),
      Buffer.from([22, 3, 1, 0, 0]),
      hello.subarray(55),
    ])
    expect(read(empty)).toEqual(MALFORMED)
    expect(read(Buffer.from([22, 3, 1, 0x40, 1]))).toEqual(MALFORMED)
    expect(read(inRecords(helloBytes([extension(21, Buffer.alloc(MAX_HELLO))])))).toEqual(MALFORMED)
    // mostly headers
    const tiny = inRecords(helloBytes([extension(21, Buffer.alloc(9_000))]), [1])
    expect(read(tiny, [1_000])).toEqual(MALFORMED)
  })

  test.each([
    ['SSL 2.0', '802e010301'],
    ['text', '474554202f'],
    ['an alert', '1503010002'],
    ['a version that is none', '1602'],
  ])('is not %s', (_what, hex) => {
    expect(read(Buffer.from(hex, 'hex'), [1])).toEqual(NOT_TLS)
  })

  test.each([0xfe0d, 0xfe09, 0xffce])('with extension %i hides whom it is for', (type) => {
    const hello = helloBytes([sni('allowed.test'), extension(type, Buffer.alloc(180))])
    const verdict = read(inRecords(hello))
    expect(verdict).toMatchObject({ kind: 'hello', encrypted: true })
    if (verdict.kind === 'more') return
    expect(judge(verdict, { host: 'allowed.test' })).toBe('encrypted-hello')
    expect(judge(verdict, { host: 'allowed.test', encryptedHello: true })).toBe('ok')
    expect(judge(verdict, { host: 'other.test', encryptedHello: true })).toBe('sni-mismatch')
  })

  test('of random bytes never throws, and never waits for more than it may hold', () => {
    const start = fc.constantFrom(
      Buffer.alloc(0),
      Buffer.from([22, 3, 1]),
      Buffer.from([22, 3, 1, 1, 0, 1]),
    )
    const bytes = fc.uint8Array({ maxLength: 3_000 })
    fc.assert(
      fc.property(start, bytes, (prefix, rest) => {
        const verdict = read(Buffer.concat([prefix, rest]), [7, 500])
        expect(['more', 'hello', 'refused']).toContain(verdict.kind)
      }),
    )
    expect(
      read(Buffer.concat([Buffer.from([22, 3, 1]), Buffer.alloc(40_000, 1)]), [999]).kind,
    ).toBe('refused')
  })

  test('of which any one byte is another is the same host, or none at all', () => {
    const hello = inRecords(
      helloBytes([sni('allowed.test'), extension(43, Buffer.from([2, 3, 4]))]),
    )
    fc.assert(
      fc.property(fc.nat(hello.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(hello)
        changed[at] = (changed[at] ?? 0) ^ change
        const verdict = read(changed)
        if (verdict.kind !== 'hello') return
        expect(changed.includes(Buffer.from(verdict.serverName ?? '', 'latin1'))).toBe(true)
        if (judge(verdict, { host: 'allowed.test' }) === 'ok') expect(verdict).toMatchObject(NAMED)
      }),
    )
  })
})
