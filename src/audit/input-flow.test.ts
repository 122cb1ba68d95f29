import { expect, test } from 'vitest'
import type { FlowFacts, ValueOrigin } from '../kernel/flow.ts'
import type { JsonObject } from '../kernel/json.ts'
import { request } from '../kernel/testing/requests.ts'
import { inputWriter, readInput } from './input.ts'

const OWN = `bwo_${'x'.repeat(43)}`

function value(at: string, text: string, quote: string, more: Partial<ValueOrigin> = {}) {
  const seen = { call: 'c', server: 's', target: 't', field: '/content/0/text', quote }
  const sightings = [{ ...seen, likeness: 'same' as const }]
  return {
    at,
    role: 'setting' as const,
    value: text,
    origin: 'untrusted' as const,
    sightings,
    ...more,
  }
}

function kept(args: JsonObject, values: readonly ValueOrigin[], maxBytes = 8_192) {
  const flow: FlowFacts = {
    ...{ context: 'x', readUntrusted: true, readConfidential: false, classes: [], complete: true },
    ...{ values, carries: [] },
  }
  const asked = { ...request('call', 's', 't', { arguments: args }), flow }
  const text = inputWriter({ maxBytes, redact: [] })(asked)
  return { text, flow: readInput(text === undefined ? {} : { input: text })?.request.flow }
}

test('where values came from comes back, as decisions saw it', () => {
  const values = [value('/to', 'bob@x.example', 'write to bob@x.example')]
  expect(kept({ to: 'bob@x.example' }, values).flow?.values).toEqual(values)
})

test('no secret comes into a record by what is said of it, or of what stood beside it', () => {
  const { text, flow } = kept({ password: 'hunter2', to: 'bob', pin: '4711' }, [
    value('/password', 'hunter2', 'the password is hunter2'),
    value('/to', 'bob', 'bob has hunter2'),
    value('/pin', '4711', 'the code is 4711', { role: 'proof' }),
    value('/note', `see ${OWN}`, `use ${OWN} for it`),
  ])
  // The argument itself is kept, for nothing says what it is but the role that was found for it.
  expect(text?.replace('"pin":"4711"', '')).not.toMatch(/hunter2|4711|bwo_/)
  // Decisions are made of these, and come out the same.
  expect(flow?.values.map(({ at, role, origin }) => [at, role, origin])).toEqual([
    ['/password', 'setting', 'untrusted'],
    ['/to', 'setting', 'untrusted'],
    ['/pin', 'proof', 'untrusted'],
    ['/note', 'setting', 'untrusted'],
  ])
})

test('what stood in a field of a secret is not quoted', () => {
  const field = '/structuredContent/api_key'
  const one = value('/to', 'bob', 'bob, and more')
  const [seen] = one.sightings
  const { flow } = kept({ to: 'bob' }, [{ ...one, sightings: seen ? [{ ...seen, field }] : [] }])
  expect(flow?.values[0]?.sightings).toMatchObject([{ field, quote: '' }])
})

test('where there is no room for quotes, the rest is kept', () => {
  const values = Array.from({ length: 20 }, (_, at) => value(`/a/${at}`, 'bob', 'q'.repeat(200)))
  const { flow } = kept({ a: [] }, values, 6_000)
  expect(flow?.values).toHaveLength(20)
  expect(
    flow?.values.flatMap(({ sightings }) => sightings.map(({ quote }) => quote)).join(''),
  ).toBe('')
  expect(kept({ a: [] }, values, 1_000).text).toBeUndefined()
})
