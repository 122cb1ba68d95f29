import { createServer as createPlain, type Socket } from 'node:net'
import { connect, createServer } from 'node:tls'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { secondHello } from './second-hello.ts'
import { helloBytes, inRecords, sni } from './testing/hellos.ts'
import { HOSTS_TLS } from './testing/hosts-tls.ts'
import { connected, host, opened, rule } from './testing/opened.ts'

const FIRST = inRecords(helloBytes([sni('allowed.test')]))
const OTHER = inRecords(helloBytes([sni('other.test')]))
const CHANGE = Buffer.from([20, 3, 3, 0, 1, 1])
const EARLY = Buffer.from([23, 3, 3, 0, 4, 22, 22, 22, 22])
const RETRY = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c'
const serverHello = (random: string): Buffer =>
  Buffer.concat([
    Buffer.from('16030300580200005403 03'.replace(' ', ''), 'hex'),
    Buffer.from(random, 'hex'),
    Buffer.alloc(50),
  ])

/** What passes of what is sent, piece by piece; the reason when it is refused. */
function passed(pieces: readonly Buffer[], answer?: Buffer): string {
  const follows = secondHello({ host: 'allowed.test' }, FIRST.length)
  const out: Buffer[] = []
  const send = (piece: Buffer): string | undefined => {
    const found = follows.sent(piece)
    if (typeof found === 'string') return found
    out.push(found.pass)
    return undefined
  }
  const early = send(FIRST) ?? send(EARLY)
  if (early !== undefined) return early
  if (answer !== undefined) follows.answered(answer)
  for (const piece of pieces) {
    const refused = send(piece)
    if (refused !== undefined) return refused
  }
  return Buffer.concat(out).toString('hex')
}

const hex = (...all: readonly Buffer[]): string => Buffer.concat(all).toString('hex')

describe('a second hello', () => {
  test('that the host asked for passes when it is for the same host, however it is cut', () => {
    const second = Buffer.concat([CHANGE, FIRST])
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(sizes, (cut) => {
        const pieces: Buffer[] = []
        let at = 0
        for (let index = 0; at < second.length; index += 1) {
          const size = cut[index % cut.length] ?? 1
          pieces.push(second.subarray(at, at + size))
          at += size
        }
        expect(passed(pieces, serverHello(RETRY))).toBe(hex(FIRST, EARLY, second))
      }),
    )
  })

  test('for another host does not, nor does one that nobody asked for', () => {
    expect(passed([CHANGE, OTHER], serverHello(RETRY))).toBe('sni-mismatch')
    expect(passed([OTHER])).toBe('hello-malformed')
    expect(passed([OTHER.subarray(0, 1)])).toBe('hello-malformed')
  })

  test('cannot come once the host has gone on', () => {
    const rest = Buffer.from('anything')
    expect(passed([rest], serverHello('ab'.repeat(32)))).toBe(hex(FIRST, EARLY, rest))
    expect(passed([rest], Buffer.from([21, 3, 3]))).toBe(hex(FIRST, EARLY, rest))
  })

  test('for another host does not leave, and ends the connection', async () => {
    let heard = 0
    const port = await host(
      createPlain((socket) => {
        socket.on('data', (bytes) => {
          if (heard === 0) socket.write(serverHello(RETRY))
          heard += bytes.length
        })
      }),
    )
    const open = await opened([rule('allowed.test', port)])
    const socket = (await connected(open.proxyPort, `allowed.test:${port}`)) as Socket
    socket.once('data', () => socket.write(OTHER))
    socket.resume().write(FIRST)
    await new Promise((resolve) => socket.once('close', resolve))
    expect(heard).toBe(FIRST.length)
    expect(open.denials).toMatchObject([{ reason: 'sni-mismatch' }])
  })

  test('is what a real host asks for, and a real client sends', async () => {
    const port = await host(
      createServer({ ...HOSTS_TLS, ecdhCurve: 'P-384', minVersion: 'TLSv1.3' }, (socket) =>
        socket.end('asked twice'),
      ),
    )
    const open = await opened([rule('allowed.test', port)])
    const socket = (await connected(open.proxyPort, `allowed.test:${port}`)) as Socket
    const options = { servername: 'allowed.test', ecdhCurve: 'X25519:P-384' }
    const tls = connect({ socket, ...options, rejectUnauthorized: false })
    let got = ''
    tls.on('data', (bytes) => {
      got += bytes
    })
    await new Promise((resolve) => tls.once('close', resolve))
    expect(got).toBe('asked twice')
    expect(open.denials).toEqual([])
  })
})
