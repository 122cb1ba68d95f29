import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AccessRequest } from '../kernel/access.ts'
import { NO_FACTS, type PathFact } from '../kernel/facts.ts'
import type { JsonObject } from '../kernel/json.ts'
import { OPERATOR_AUTHORIZATION } from '../kernel/subject.ts'
import { request } from '../kernel/testing/requests.ts'
import { inputWriter, readInput } from './input.ts'

const write = inputWriter({ maxBytes: 4_096, redact: ['pin'] })
const read = (text: string | undefined) => readInput(text === undefined ? {} : { input: text })

function requestWith(args: JsonObject, paths: readonly PathFact[] = []): AccessRequest {
  return request('call', 's', 't', { arguments: args, facts: { ...NO_FACTS, paths } })
}

function pathAt(at: string): PathFact {
  return { at, origin: 'found', flags: [], text: '/x', style: 'posix', lexical: '/x' }
}

test('what a decision saw comes back exactly', () => {
  const asked = requestWith({ a: [1, { b: null }] }, [pathAt('/a/0')])
  expect(read(write(asked))).toEqual({ request: asked, redacted: [], assumed: [] })
})

test('what is older than groups and authorizations comes back as it was then', () => {
  const { authorization: _, subject, ...rest } = requestWith({ a: 1 })
  const { groups: _g, ...old } = subject
  const kept = (id: string) =>
    readInput({
      input: JSON.stringify({
        request: { ...rest, subject: { ...old, id, via: 'owner-token' } },
        redacted: [],
      }),
    })
  expect(kept('owner')).toMatchObject({
    assumed: ['groups', 'authorization'],
    request: {
      arguments: { a: 1 },
      subject: { kind: 'user', id: 'owner', via: 'operator', groups: ['owners'], actors: [] },
      authorization: OPERATOR_AUTHORIZATION,
    },
  })
  expect(kept('ada')?.request.subject.groups).toEqual([])
})

test('groups and authorization come back exactly', () => {
  const asked = requestWith({})
  const sent: AccessRequest = {
    ...asked,
    subject: { ...asked.subject, via: 'login', groups: ['crew'], actors: [asked.subject.id] },
    authorization: {
      ...asked.authorization,
      clientTrust: 'dynamic',
      scopes: ['read'],
      bound: true,
    },
  }
  expect(read(write(sent))).toEqual({ request: sent, redacted: [], assumed: [] })
})

test('what has no subject is no input', () => {
  expect(readInput({ input: '{}' })).toBeUndefined()
  expect(readInput({ input: '{"request":{}}' })).toBeUndefined()
})

test('secrets are taken out, with what was read from them, and named', () => {
  const args = {
    db: { api_key: '/k', 'x/y~': 'ok' },
    pin: { deep: '/k' },
    headers: [{ name: 'Authorization', value: '/k' }],
    note: `bwo_${'a'.repeat(43)}`,
    keep: '/x',
  }
  const facts = ['/db/api_key', '/pin/deep', '/headers/0/value', '/keep'].map(pathAt)
  const text = write(requestWith(args, facts))
  expect(text).not.toContain('"/k"')
  expect(text).not.toContain('bwo_')
  expect(read(text)?.redacted.toSorted()).toEqual([
    '/db/api_key',
    '/headers/0/value',
    '/note',
    '/pin',
  ])
  expect(read(text)?.request.facts.paths.map(({ at }) => at)).toEqual(['/keep'])
})

test('an input that is too large is not kept at all', () => {
  expect(write(requestWith({ a: 'x'.repeat(4_096) }))).toBeUndefined()
  expect(write(requestWith({ a: '\u{20ac}'.repeat(1_400) }))).toBeUndefined()
  expect(inputWriter({ maxBytes: 0, redact: [] })(requestWith({}))).toBeUndefined()
})

test('what is not an input is none', () => {
  for (const input of [3, 'not JSON', undefined])
    expect(readInput({ input: input as never })).toBeUndefined()
})

test('any arguments come back, or are named as taken out', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (args) => {
      const asked = requestWith(JSON.parse(JSON.stringify(args)) as JsonObject)
      const kept = read(write(asked))
      if (kept === undefined || kept.redacted.length > 0) return
      expect(kept.request).toEqual(asked)
    }),
  )
})
