import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { Json } from '../kernel/json.ts'
import type { Request } from '../mcp/message.ts'
import { META } from '../mcp/revision.ts'
import type { Outbound } from '../mcp/upstream/link.ts'
import { parseClientMessage } from '../mcp/wire/parse-message.ts'
import { messageText } from '../mcp/wire/serialize.ts'
import { naiveParse } from '../mcp/wire/testing/naive-json.ts'
import { ask, toolServer, world } from './testing/world.ts'

const MODERN = '2026-07-28'
const LEGACY = '2025-11-25'
const ERAS = [MODERN, LEGACY] as const
const WAYS = ERAS.flatMap((client) =>
  ERAS.flatMap((server) =>
    (['files', 'all'] as const).map((endpoint) => [client, server, endpoint] as const),
  ),
)
type Way = (typeof WAYS)[number]

/** Writes JSON as no serializer does: escapes, white space, other forms of the same number. */
function spelled(value: unknown, next: () => number): string {
  const space = (): string => ['', '', ' ', '\n', '\t ', '\r\n'][next() % 6] ?? ''
  const text = (string: string): string =>
    `"${Array.from({ length: string.length }, (_, at) => unit(string.charCodeAt(at))).join('')}"`
  const unit = (code: number): string => {
    const plain = JSON.stringify(String.fromCharCode(code)).slice(1, -1)
    const half = code >= 0xd800 && code <= 0xdfff
    const hex = code.toString(16).padStart(4, '0')
    // Both halves of a pair in one form, or neither is a character.
    if (half) return `\\u${hex}`
    return next() % 4 === 0 ? `\\u${next() % 2 === 0 ? hex : hex.toUpperCase()}` : plain
  }
  const write = (inner: unknown): string => {
    if (typeof inner === 'string') return text(inner)
    if (typeof inner === 'number') return number(inner, next)
    if (Array.isArray(inner)) return `[${space()}${inner.map(write).join(`${space()},${space()}`)}]`
    if (typeof inner !== 'object' || inner === null) return JSON.stringify(inner)
    const members = Object.entries(inner).map(
      ([name, member]) => `${text(name)}${space()}:${space()}${write(member)}`,
    )
    return `{${space()}${members.join(`,${space()}`)}${space()}}`
  }
  return write(value)
}

function number(value: number, next: () => number): string {
  const plain = JSON.stringify(value)
  if (/[.e]/.test(plain)) return plain
  return [plain, `${plain}.0`, `${plain}e0`, `${plain}E+00`][next() % 4] ?? plain
}

/** A small generator of numbers (mulberry32), so that a failing case can be repeated. */
function chance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}

function accepted(text: string): Request | undefined {
  try {
    const { message } = parseClientMessage(text)
    return message.kind === 'request' ? message : undefined
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(GatewayError)
    return undefined
  }
}

/** Every text that a link may put on the wire for what it was given. */
function wireTexts({ request, text }: Outbound): readonly string[] {
  const renumbered = messageText({ ...request, id: 77 })
  return text === undefined ? [renumbered] : [text, renumbered]
}

const NAMES = ['read_a', 'write_b', 'send.c-d']
const samples = fc.record({
  name: fc.constantFrom(...NAMES),
  args: fc.dictionary(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }),
  ),
  seed: fc.integer(),
  extra: fc.boolean(),
})
type Sample = typeof samples extends fc.Arbitrary<infer T> ? T : never

/** A client's text for a call, and the request in it, if it is accepted. */
function clientText({ name, args, seed, extra }: Sample, [client, , endpoint]: Way) {
  const envelope = client === MODERN ? { [META.clientCapabilities]: {} } : {}
  const params = {
    _meta: { ...envelope, ...(extra ? { progressToken: 5 } : {}) },
    name: endpoint === 'all' ? `files__${name}` : name,
    arguments: args,
  }
  const text = spelled({ jsonrpc: '2.0', method: 'tools/call', id: 'x', params }, chance(seed))
  return { text, request: accepted(text) }
}

/** Name and arguments of a call, as an independent parser reads them. */
function readCall(text: string): readonly [name: string, args: string] {
  const { value, duplicates } = naiveParse(text)
  expect(duplicates).toEqual([])
  const { method, params } = value as { method: string; params: Record<string, Json> }
  expect(method).toBe('tools/call')
  return [String(params['name']), canonicalJson(params['arguments'] ?? {})]
}

describe('what was decided is what is forwarded', () => {
  test.each(WAYS)('from %s to %s at the endpoint of %s', async (...way) => {
    const [client, server, endpoint] = way
    let taken = 0
    await fc.assert(
      fc.asyncProperty(samples, async (sample) => {
        const { text, request } = clientText(sample, way)
        if (!request) return
        taken += 1
        const servers = { files: toolServer(server, NAMES) }
        const { gateway, requests, reached } = world({ servers })
        const answer = await gateway.handle(ask(client, endpoint, '', {}, { request, text }))
        expect(answer).toMatchObject({ kind: 'result', result: { content: [] } })

        const asked = requests.map((each) => [each.target.name, canonicalJson(each.arguments)])
        const calls = reached().filter((sent) => sent.request.method === 'tools/call')
        expect(calls).toHaveLength(1)
        for (const sent of calls.flatMap(wireTexts)) expect([readCall(sent)]).toEqual(asked)
        // And that is what the client wrote.
        expect(asked).toEqual([[sample.name, canonicalJson(sample.args as Json)]])
        gateway.close()
      }),
      { numRuns: 60 },
    )
    expect(taken).toBeGreaterThan(20)
  })

  test('the very bytes, where nothing has to change', async () => {
    for (const revision of [MODERN, LEGACY] as const) {
      const { gateway, reached } = world({ servers: { files: toolServer(revision, NAMES) } })
      const text = ' {"id":1, "jsonrpc":"2.0","method":"tools/call","params":{"name":"read_a"}}'
      await gateway.handle(ask(revision, 'files', 'tools/call', { name: 'read_a' }, { text }))
      expect(reached().at(-1)?.text).toBe(text)
    }
  })
})
