import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Decision } from '../kernel/access.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { sha256 } from '../kernel/hash.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { SubjectId } from '../kernel/subject.ts'
import { drafter } from './draft.ts'
import { intentOf, outcomeOf } from './testing/entries.ts'

const draft = drafter(() => 42, { maxBytes: 100, redact: [] }, { maxBytes: 4_096, redact: [] })
const bodyOf = (entry: Parameters<typeof draft>[0]) => JSON.parse(draft(entry).body) as JsonObject

test('an intent keeps who, what and why, and arguments by digest and excerpt', () => {
  const args = { z: 1, path: '/notes' }
  const { authorization } = intentOf('c1')
  const { body, ...columns } = draft(
    intentOf('c1', {
      arguments: args,
      subject: 'agent:build',
      actors: ['deploy' as SubjectId],
      authorization: { ...authorization, bound: true, scopes: ['read', 'files:read_file'] },
    }),
  )
  expect(columns).toEqual({
    at: 42,
    kind: 'intent',
    call: 'c1',
    server: 'files',
    target: 'read_file',
    outcome: null,
    subject: 'agent:build',
    client: 'editor',
    grant: 'g-1',
    marks: ['verdict:permit', 'policy:reads'],
  })
  expect(JSON.parse(body)).toEqual({
    action: 'call',
    actors: ['deploy'],
    arguments: {
      digest: sha256('{"path":"/notes","z":1}'),
      excerpt: '{"z":1,"path":"/notes"}',
      of: 'canonical',
      size: 23,
    },
    authorization: {
      bound: true,
      issuer: 'http://localhost:7463',
      scopes: ['read', 'files:read_file'],
      trust: 'registered',
      via: 'login',
    },
    client: 'test/1.0',
    decision: { determining: [{ policy: 'reads' }], effect: 'permit' },
    definition: 'd'.repeat(64),
    method: 'tools/call',
    policies: 'a'.repeat(64),
  })
})

test('an outcome keeps how it ended, and the result by the text that was relayed', () => {
  const resultText = '{ "content": [] }'
  const outcome = outcomeOf('c1', {
    outcome: 'tool_error',
    error: 'upstream_failed',
    result: { content: [] },
    resultText,
    duration: 12,
  })
  expect(draft(outcome).outcome).toBe('tool_error')
  expect(bodyOf(outcome)).toMatchObject({
    duration: 12,
    error: 'upstream_failed',
    result: { digest: sha256(resultText), excerpt: '{"content":[]}', of: 'text', size: 17 },
  })
})

test('an outcome keeps what screens found, in canonical form, and never the passage', () => {
  const finding = {
    type: 'aws-key',
    category: 'secret',
    rule: 'secret/aws',
    certainty: 'proved',
    screen: 'screen:secrets',
    part: 'result',
    at: `/content/0/${'x'.repeat(600)}`,
    action: 'redact',
    passage: 'AKIA',
  } as const
  const outcome = outcomeOf('c1', { screened: Array.from({ length: 300 }, () => finding) })
  const { body } = draft(outcome)
  expect(canonicalJson(JSON.parse(body) as JsonObject)).toBe(body)
  const { screened } = bodyOf(outcome)
  expect(screened).toHaveLength(200)
  expect((screened as readonly JsonObject[])[0]).toEqual({
    ...{ type: 'aws-key', category: 'secret', rule: 'secret/aws', certainty: 'proved' },
    ...{ screen: 'screen:secrets', part: 'result', action: 'redact' },
    at: expect.stringMatching(/^\/content\/0\/x+…sha256:/),
  })
})

test('an intent keeps what people approved', () => {
  const approval = {
    id: 'a-1',
    kind: 'once',
    digest: sha256('call'),
    by: ['ann\0', 'bob'],
  } as const
  expect(bodyOf(intentOf('c1', { approval }))['approval']).toEqual({
    ...approval,
    by: ['ann\u{fffd}', 'bob'],
  })
  expect(draft(intentOf('c1', { approval })).body).toBe(
    canonicalJson(bodyOf(intentOf('c1', { approval }))),
  )
})

const wild = fc.string({ unit: 'binary', maxLength: 1_500 })
const surrogates = fc.string({ unit: fc.constantFrom('\ud800', '\udc00', '\0', 'a', '"', '\\') })
test('a decision keeps what it says, and what left in the place of what was asked', () => {
  const observed = {
    effect: 'deny',
    determining: [{ policy: 'f' }],
    errors: [],
    lift: {
      by: 'approval',
      approvers: ['group:owners'],
      quorum: 1,
      each: false,
      assurance: 'session',
      pattern: 0,
      maxAge: 600_000,
    },
    retryAfter: 5,
  } as const
  const obligations = { redact: ['ssn'], mark: [], limit: ['mail'] }
  const decision = {
    effect: 'permit',
    determining: [{ policy: 'p' }],
    obligations,
    observed,
  } as const
  const forwarded = { server: 'crm', target: 'run_sql', arguments: { sql: 'SELECT 1' } }
  const body = bodyOf(intentOf('c1', { decision, forwarded }))
  expect(body['decision']).toEqual(decision)
  expect(body['forwarded']).toMatchObject({ server: 'crm', target: 'run_sql' })
})

const name = fc.oneof(wild, surrogates)
const decision: fc.Arbitrary<Decision> = fc.record(
  {
    effect: fc.constant('deny' as const),
    determining: fc.array(
      fc.record({ policy: name, reason: name, remedy: name }, { requiredKeys: ['policy'] }),
    ),
    errors: fc.array(name),
  },
  { requiredKeys: ['effect', 'determining', 'errors'] },
)

test('the body is canonical and storable, whatever callers and servers send', () => {
  const args = fc.dictionary(name, fc.oneof(name, fc.integer(), fc.constant(null)))
  fc.assert(
    fc.property(name, decision, args, (text, made, value) => {
      const named = {
        call: text,
        server: text,
        target: text,
        client: text,
        subject: text,
        method: text,
        actors: [text as SubjectId],
        authorization: {
          ...intentOf('c').authorization,
          client: text,
          grant: text,
          scopes: [text],
          issuer: text,
        },
      }
      const shape = { ...named, decision: made, arguments: value }
      for (const entry of [
        intentOf('c', shape),
        outcomeOf('c', { ...shape, error: text, result: value }),
        {
          kind: 'event' as const,
          id: text,
          event: 'login.failed' as const,
          outcome: 'refused' as const,
          subject: text,
          client: text,
          target: text,
          detail: { [text]: [{ [text]: text, absent: undefined }] },
        },
      ]) {
        const { body, server, target, subject, client, grant } = draft(entry)
        expect(canonicalJson(JSON.parse(body))).toBe(body)
        for (const column of [body, server, target, subject ?? '', client ?? '', grant ?? '']) {
          expect(column).not.toContain('\0')
          expect(column.isWellFormed()).toBe(true)
        }
        expect(target.length).toBeLessThanOrEqual(512)
      }
    }),
  )
})

test('long names stay distinct when they are cut', () => {
  const [one, other] = ['a', 'b'].map((end) =>
    draft(intentOf('c', { target: 'x'.repeat(5_000) + end })),
  )
  expect(one?.target).not.toBe(other?.target)
  expect(one?.target).toMatch(/^x+…sha256:[0-9a-f]{64}$/)
})

test('an event stands in the columns of a call, and keeps what it says', () => {
  const { body, ...columns } = draft({
    kind: 'event',
    id: 'e1',
    event: 'grant.revoked',
    outcome: 'done',
    subject: 'user:ann',
    client: 'editor',
    target: 'g-1',
    detail: { z: 1, a: 2 },
    by: { subject: 'user:owner', client: 'bailiwick-cli', grant: 'g-2' },
  })
  expect(columns).toEqual({
    at: 42,
    kind: 'event',
    call: 'e1',
    server: '',
    target: 'grant.revoked',
    outcome: 'done',
    subject: 'user:ann',
    client: 'editor',
    grant: null,
    marks: [],
  })
  expect(body).toBe(
    '{"by":{"client":"bailiwick-cli","grant":"g-2","subject":"user:owner"},"detail":{"a":2,"z":1},"target":"g-1"}',
  )
})
