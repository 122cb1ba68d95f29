import { createSocket, type Socket } from 'node:dgram'
import { Resolver as DnsResolver } from 'node:dns'
import { once } from 'node:events'
import { createServer, get, type Server } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { UrlFact } from '../../kernel/facts.ts'
import type { Place, World } from '../analyser.ts'
import { urlAnalyser } from '../urls/urls.ts'
import { dnsResolver } from './resolver.ts'

// A name server that changes its mind, a listener on loopback, and a client that asks the one and
// connects to the other: whatever the client could reach, the facts say.

const PUBLIC = '192.88.98.1'
const LOOPBACK = '127.0.0.1'

/** What is answered to the first, second, … question for A records of a name; the last one stays. */
type Script = readonly (readonly string[] | 'nothing' | 'late' | 'fails')[]

const scripts = new Map<string, Script>()
const asked = new Map<string, number>()

let listener: Server
let names: Socket
let port: number
let server: string
beforeAll(async () => {
  listener = createServer((_, response) => response.end('reached')).listen(0, LOOPBACK)
  await once(listener, 'listening')
  port = (listener.address() as AddressInfo).port
  names = createSocket('udp4', answer)
  names.bind(0, LOOPBACK)
  await once(names, 'listening')
  server = `${LOOPBACK}:${names.address().port}`
})
afterAll(() => {
  listener.close()
  names.close()
})

function answer(this: Socket, query: Buffer, from: { port: number; address: string }): void {
  const { name, type, end } = questionOf(query)
  const script = scripts.get(name) ?? []
  const count = asked.get(name) ?? 0
  const step = type === A ? (script[Math.min(count, script.length - 1)] ?? []) : []
  if (type === A) asked.set(name, count + 1)
  if (step === 'nothing') return
  const records = typeof step === 'string' ? [] : step
  const head = Buffer.from(query.subarray(0, end))
  head.writeUInt16BE(step === 'fails' ? 0x8182 : 0x8180, 2)
  head.writeUInt16BE(records.length, 6)
  head.writeUInt16BE(0, 8)
  head.writeUInt16BE(0, 10)
  const reply = Buffer.concat([head, ...records.map(record)])
  setTimeout(() => this.send(reply, from.port, from.address), step === 'late' ? 1_000 : 0).unref()
}

const A = 1
const CNAME = 5

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

/** An address, or a name that the name asked for stands for. TTL 0: to be forgotten at once. */
function record(value: string, index: number, all: readonly string[]): Buffer {
  const alias = all.slice(0, index).findLast((other) => !/^[\d.]+$/.test(other))
  const isAddress = /^[\d.]+$/.test(value)
  const owner = alias === undefined ? Buffer.from([0xc0, 12]) : labelsOf(alias)
  const data = isAddress ? Buffer.from(value.split('.').map(Number)) : labelsOf(value)
  const fixed = Buffer.alloc(10)
  fixed.writeUInt16BE(isAddress ? A : CNAME, 0)
  fixed.writeUInt16BE(1, 2)
  fixed.writeUInt16BE(data.length, 8)
  return Buffer.concat([owner, fixed, data])
}

function labelsOf(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)]))
  return Buffer.concat([...labels, Buffer.from([0])])
}

let time = 0
const resolver = () =>
  dnsResolver({ servers: [server], window: 60_000, timeout: 300, clock: () => time, maxHosts: 100 })

async function factOf(url: string, { resolve } = resolver()): Promise<UrlFact> {
  const reading = urlAnalyser.declared(url, { at: '/url' } as Place)
  const facts = 'facts' in reading ? reading.facts : []
  const world = { resolver: { resolve } } as World
  const [fact] = (await urlAnalyser.complete?.(facts, world)) ?? []
  if (fact === undefined) throw new Error('no fact')
  return fact
}

/** What a client gets that resolves for itself, and takes whichever address answers. */
function fetched(host: string): Promise<string> {
  const dns = new DnsResolver({ timeout: 2_000, tries: 1 })
  dns.setServers([server])
  const lookup: LookupFunction = (name, _, done) =>
    dns.resolve4(name, (error, addresses) => {
      const reachable = addresses?.filter((address) => address !== PUBLIC) ?? []
      done(
        error,
        (reachable.length > 0 ? reachable : [PUBLIC]).map((address) => ({ address, family: 4 })),
      )
    })
  return new Promise((resolve) => {
    const request = get(`http://${host}:${port}/`, { lookup, timeout: 500 }, async (response) => {
      resolve(Buffer.concat(await response.toArray()).toString())
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve('not reached'))
  })
}

test.each<[string, Script, readonly string[]]>([
  ['one private address', [[LOOPBACK]], ['loopback']],
  ['both at once', [[PUBLIC, LOOPBACK]], ['loopback', 'public']],
  ['public first, private next', [[PUBLIC], [LOOPBACK]], ['loopback', 'public']],
  ['private first, public next', [[LOOPBACK], [PUBLIC], [LOOPBACK]], ['loopback', 'public']],
  ['a name for another name', [['real.example', LOOPBACK]], ['loopback']],
  ['no answer, then a private one', ['nothing', [LOOPBACK]], ['unresolved']],
  [
    'a public answer, then none, then a private one',
    [[PUBLIC], 'nothing', [LOOPBACK]],
    ['unresolved'],
  ],
  ['a failure, then a private answer', ['fails', [LOOPBACK]], ['unresolved']],
  ['a late answer, then a private one', ['late', [LOOPBACK]], ['unresolved']],
])('a client reaches loopback by %s, and the facts say so', async (name, script, ranges) => {
  const host = `${name.replace(/\W+/g, '-')}.example`
  scripts.set(host, script)
  const fact = await factOf(`http://${host}:${port}/`)
  expect(fact.ranges).toEqual(ranges)
  expect(await fetched(host)).toBe('reached')
})

test('a public host is public, with its addresses', async () => {
  scripts.set('public.example', [[PUBLIC, '192.88.98.2']])
  const fact = await factOf('http://public.example/')
  expect(fact.ranges).toEqual(['public'])
  expect(fact.addresses).toEqual([PUBLIC, '192.88.98.2'])
})

test('an address is remembered for the window, and not longer', async () => {
  scripts.set('turn.example', [[LOOPBACK], [LOOPBACK], [PUBLIC]])
  const kept = resolver()
  expect((await factOf('http://turn.example/', kept)).ranges).toEqual(['loopback'])
  time += 60_000
  expect((await factOf('http://TURN.example./', kept)).ranges).toEqual(['loopback', 'public'])
  time += 1
  expect((await factOf('http://turn.example/', kept)).ranges).toEqual(['public'])
})

test('a private address is not washed away by many public ones', async () => {
  const many = Array.from({ length: 30 }, (_, round) =>
    Array.from({ length: 20 }, (_, index) => `192.88.98.${((round * 20 + index) % 250) + 1}`),
  )
  scripts.set('many.example', [['10.0.0.1'], ['10.0.0.1'], ...many])
  const kept = resolver()
  for (let call = 0; call < 15; call++) await kept.resolve('many.example')
  const addresses = await kept.resolve('many.example')
  expect(addresses).toHaveLength(64)
  expect(addresses).toContain('10.0.0.1')
})

test('questions for one host that run at the same time are one', async () => {
  scripts.set('once.example', [[PUBLIC]])
  const kept = resolver()
  await Promise.all([kept.resolve('once.example'), kept.resolve('ONCE.example.')])
  expect(asked.get('once.example')).toBe(2)
})

test('only so many hosts are remembered, and asked for at once', async () => {
  for (const name of ['a1.example', 'a2.example', 'a3.example'])
    scripts.set(name, [[LOOPBACK], [LOOPBACK], [PUBLIC]])
  const small = dnsResolver({
    servers: [server],
    window: 1e6,
    timeout: 300,
    clock: () => 0,
    maxHosts: 2,
  })
  const first = small.resolve('a1.example')
  const second = small.resolve('a2.example')
  expect(await small.resolve('a3.example')).toEqual([])
  await Promise.all([first, second])
  await small.resolve('a3.example')
  expect(await small.resolve('a2.example')).toEqual([LOOPBACK, PUBLIC])
  expect(await small.resolve('a1.example')).toEqual([PUBLIC])
})

test('more hosts than are asked for stay unresolved', async () => {
  const urls = Array.from({ length: 33 }, (_, index) => `http://h${index}.example/`)
  for (const url of urls) scripts.set(new URL(url).hostname, [[PUBLIC]])
  const reading = urlAnalyser.declared([...urls, 'http://h0.example/again'], { at: '' } as Place)
  const facts = 'facts' in reading ? reading.facts : []
  const world = { resolver: resolver() } as unknown as World
  const ranges = ((await urlAnalyser.complete?.(facts, world)) ?? []).map((fact) => fact.ranges)
  expect(ranges.slice(0, 32)).toEqual(Array(32).fill(['public']))
  expect(ranges.slice(32)).toEqual([['unresolved'], ['public']])
})

test('the hosts file of this machine counts, where no servers are named', async () => {
  const system = dnsResolver({ window: 1, timeout: 5_000, clock: () => 0, maxHosts: 1 })
  expect(await system.resolve('localhost')).toContain(LOOPBACK)
  expect(await system.resolve('no-such-host.invalid')).toEqual([])
  expect(await system.resolve('::FFFF:127.0.0.1')).toEqual([LOOPBACK])
})
