import { randomBytes } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import type { AccessRequest } from '../kernel/access.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import type { JsonObject } from '../kernel/json.ts'
import { createValueWatch } from '../kernel/value-index.ts'
import { drafter } from './draft.ts'
import { readInput } from './input.ts'
import { intentOf, outcomeOf } from './testing/entries.ts'

const requestOf = ({ arguments: args }: { readonly arguments: JsonObject }) =>
  ({
    subject: { kind: 'user', id: 'ada', via: 'login', groups: [], actors: [] },
    action: 'call',
    server: 'files',
    target: 'read_file',
    arguments: args,
    facts: {},
  }) as unknown as AccessRequest

const watch = createValueWatch<string>()
let secret = ''
beforeEach(() => {
  secret = `${randomBytes(24).toString('base64')}"\\&`
  watch.add(secret, 'it')
})
const draft = drafter(
  () => 42,
  { maxBytes: 2_000, redact: [] },
  { maxBytes: 8_192, redact: [] },
  (text) => watch.redact(text),
)
const drafted = (entry: Parameters<typeof draft>[0]) => JSON.stringify(draft(entry))

test('no known value is kept of arguments, results and errors, in whichever form', () => {
  const forms = [secret, Buffer.from(`u:${secret}`).toString('base64'), encodeURIComponent(secret)]
  for (const form of forms) {
    const args = { text: `before ${form} after`, [form]: [{ deep: form }] }
    const entries = [
      intentOf('c1', { arguments: args, input: requestOf({ arguments: args }) }),
      intentOf('c1', { forwarded: { server: 's', target: form, arguments: args } }),
      outcomeOf('c1', { outcome: 'failed', result: args, error: `it said ${form}` }),
    ]
    for (const entry of entries) {
      const kept = drafted(entry)
      expect(watch.has(kept)).toBe(false)
      expect(kept).not.toContain(JSON.stringify(JSON.stringify(form)).slice(3, 25))
      expect(kept).toContain('[redacted]')
      const { body } = draft(entry)
      expect(body).toBe(canonicalJson(JSON.parse(body) as JsonObject))
    }
  }
})

test('the input of a decision says where something was taken out, or is not kept', () => {
  const inputOf = (args: JsonObject) =>
    readInput(
      JSON.parse(
        draft(intentOf('c1', { input: requestOf({ arguments: args }) })).body,
      ) as JsonObject,
    )
  expect(inputOf({ a: { b: [secret] } })).toMatchObject({
    redacted: ['/a/b/0'],
    request: { arguments: { a: { b: ['[redacted]'] } } },
  })
  expect(inputOf({ [secret]: 1 })).toBeUndefined()
  expect(inputOf({ a: 'b' })).toMatchObject({ redacted: [] })
})

test('a value that a cut divides is not kept in part', () => {
  const short = drafter(
    () => 42,
    { maxBytes: 120, redact: [] },
    { maxBytes: 0, redact: [] },
    (text) => watch.redact(text),
  )
  for (let before = 60; before < 120; before++) {
    const { body } = short(
      intentOf('c1', { arguments: { a: `${'x '.repeat(before / 2)}${secret}` } }),
    )
    expect(body).not.toContain(secret.slice(0, 8))
  }
  const error = `${'x'.repeat(430)} ${secret} ${'y'.repeat(100)}`
  expect(drafted(outcomeOf('c1', { outcome: 'failed', error }))).not.toContain(secret.slice(0, 8))
})

test('nor is it kept of events', () => {
  const event = {
    ...{ kind: 'event', id: 'e1', event: 'secret.stored', outcome: 'done' },
    ...{ target: `t ${secret}`, detail: { why: secret, [secret]: [secret] } },
  } as unknown as Parameters<typeof draft>[0]
  const kept = drafted(event)
  expect(watch.has(kept)).toBe(false)
  expect(kept).toContain('[redacted]')
})
