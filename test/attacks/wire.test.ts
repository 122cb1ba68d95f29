import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { canonicalJson } from '../../src/kernel/canonical-json.ts'
import { sha256 } from '../../src/kernel/hash.ts'
import type { Json } from '../../src/kernel/json.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { intents } from './intents.ts'
import { openSession } from './legacy-session.ts'
import { exchangeBytes, type RawAnswer } from './raw-http.ts'
import { type RecordingUpstream, startRecordingUpstream } from './recording-upstream.ts'
import { readWireCase, requestBytes, type Words } from './wire-case.ts'

// Requests that two readers read differently, sent as raw bytes to a real gateway before a server
// that believes everything. What reaches the server was decided; nothing else does.

const POLICIES = `
@id("all")
permit (principal, action, resource);

@id("no-danger")
@reason("this tool is never called")
forbid (principal, action, resource) when { resource has name && resource.name == "danger" };
`

const FILES = globSync('test/attacks/wire/*.txt').sort()

let upstream: RecordingUpstream
let gateway: RunningGateway
let words: Words
const folder = mkdtempSync(join(tmpdir(), 'wire-'))

beforeAll(async () => {
  mkdirSync(join(folder, 'policies'))
  writeFileSync(join(folder, 'policies', 'wire.cedar'), POLICIES)
  upstream = await startRecordingUpstream()
  gateway = await startGateway(
    { target: { transport: 'http', url: upstream.url } },
    { policies: [join(folder, 'policies/')], limits: { bodyTimeout: '1s' } },
  )
  const { host } = new URL(gateway.origin)
  const [token, tokenOfAll] = [gateway.token('/mcp/target'), gateway.token('/mcp')]
  words = { host, token, tokenOfAll, session: await openSession(gateway) }
})
afterAll(async () => {
  await gateway?.stop()
  await upstream?.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('the corpus is there', () => {
  expect(FILES.length).toBeGreaterThan(200)
})

for (const file of FILES) {
  const { why, request, answers, reached } = readWireCase(file)
  test(`${basename(file, '.txt')}: ${why}`, async () => {
    const bytes = requestBytes(request, words)
    const got = await exchangeBytes(Number(new URL(gateway.origin).port), bytes, answers.length)
    const seen = upstream.taken().map(({ method, name }) => `${method} ${name}`)
    expect({ answers: got.length === 0 ? ['closed'] : got.map(summary), reached: seen }).toEqual({
      answers,
      reached,
    })
  })
}

test('every call that reached the server was recorded before, permitted, with these arguments', () => {
  const reached = upstream.all.map((call) => ({
    method: call.method,
    target: call.name,
    digest: sha256(canonicalJson(call.arguments as Json)),
  }))
  expect(reached.length).toBeGreaterThan(5)
  const recorded = intents(gateway)
  expect(recorded.filter(({ effect }) => effect !== 'permit')).toEqual([])
  // A call that was refused after its intent was written never left.
  const left = recorded.filter(({ outcome }) => outcome !== 'failed')
  expect(left.map(({ method, target, digest }) => ({ method, target, digest }))).toEqual(reached)
})

test('the gateway is still well', async () => {
  const control = readWireCase('test/attacks/wire/control-modern.txt')
  const port = Number(new URL(gateway.origin).port)
  const got = await exchangeBytes(port, requestBytes(control.request, words), 1)
  expect(got.map(summary)).toEqual(['200 result'])
})

/** `400 -32700`, `200 result`, `200 tool error`; the status alone for an answer without JSON-RPC. */
function summary({ status, body }: RawAnswer): string {
  if (body === '' || !body.startsWith('{')) return String(status)
  const { result, error } = JSON.parse(body)
  if (error !== undefined) return `${status} ${error.code}`
  return `${status} ${result.isError === true ? 'tool error' : 'result'}`
}
