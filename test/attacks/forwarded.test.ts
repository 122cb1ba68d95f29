import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { canonicalJson } from '../../src/kernel/canonical-json.ts'
import { sha256 } from '../../src/kernel/hash.ts'
import type { Json } from '../../src/kernel/json.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { intents } from './intents.ts'
import { openSession } from './legacy-session.ts'
import { type RecordingUpstream, startRecordingUpstream } from './recording-upstream.ts'
import { envelope } from './wire-case.ts'

// What was decided on is what the server gets: for any arguments, however they are written.

let upstream: RecordingUpstream
let gateway: RunningGateway
let session: string
beforeAll(async () => {
  upstream = await startRecordingUpstream()
  gateway = await startGateway({ target: { transport: 'http', url: upstream.url } })
  session = await openSession(gateway)
})
afterAll(async () => {
  await gateway?.stop()
  await upstream?.stop()
})

/** JSON texts that say the same as what `JSON.stringify` writes, or nearly: numbers, escapes, space. */
const number = fc.oneof(
  fc.integer().map(String),
  fc.double().map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '1.0',
    '-0',
    '0.10',
    '1e2',
    '1E+2',
    '100000000000000000000',
    '1e999',
    '9007199254740993',
  ),
)
const escaped = fc
  .string()
  .map((text) =>
    [...JSON.stringify(text)].map((letter) => (letter === 'a' ? '\\u0061' : letter)).join(''),
  )
const space = fc.constantFrom('', ' ', '\n', '\t ')
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom('null', 'true', 'false'),
    number,
    escaped,
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    fc
      .array(fc.tuple(escaped, space, tie('value')), { maxLength: 4 })
      .map(
        (members) =>
          `{${members.map(([name, gap, item]) => `${name}${gap}:${gap}${item}`).join(',')}}`,
      ),
  ),
}))

for (const era of ['modern', 'legacy'] as const)
  test(`${era}: what reaches the server is what was sent, decided and recorded`, {
    timeout: 120_000,
  }, async () => {
    const before = intents(gateway).length
    upstream.taken()
    const sent: string[] = []
    await fc.assert(
      fc.asyncProperty(value, async (text) => {
        const args = `{"message":"hi","more":${text}}`
        const status = await call(era, args)
        const [reached, ...others] = upstream.taken()
        expect(others).toEqual([])
        if (reached === undefined) {
          expect(status).toBe(400)
          return
        }
        // The original, or the parsed value written anew: never a third form.
        const anew = JSON.stringify(JSON.parse(args))
        expect([args, anew].some((form) => reached.text.includes(form))).toBe(true)
        if (era === 'modern') expect(reached.text).toContain(args)
        sent.push(args)
      }),
      { numRuns: 300 },
    )
    expect(sent.length).toBeGreaterThan(100)
    const digests = sent.map((args) => sha256(canonicalJson(JSON.parse(args) as Json)))
    expect(
      intents(gateway)
        .slice(before)
        .map(({ digest }) => digest),
    ).toEqual(digests)
  })

async function call(era: 'modern' | 'legacy', args: string): Promise<number> {
  const meta = era === 'modern' ? `,${envelope('2026-07-28')}` : ''
  const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":${args}${meta}}}`
  const headers =
    era === 'modern'
      ? { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': 'echo' }
      : { 'MCP-Protocol-Version': '2025-11-25', 'Mcp-Session-Id': session }
  const response = await fetch(`${gateway.origin}/mcp/target`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${gateway.token('/mcp/target')}`,
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      ...headers,
    },
    body,
  })
  await response.text()
  return response.status
}
