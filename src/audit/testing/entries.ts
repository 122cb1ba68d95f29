import type { Digest } from '../../kernel/hash.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { RecordEntry } from '../../kernel/record.ts'

type Intent = Extract<RecordEntry, { readonly kind: 'intent' }>
type Outcome = Extract<RecordEntry, { readonly kind: 'outcome' }>

/** The common part of a call's records, as a pipeline reports it. */
function base(call: string, args: JsonObject) {
  return {
    call,
    subject: 'user:owner',
    actors: [],
    authorization: {
      client: 'editor',
      trust: 'registered',
      grant: 'g-1',
      scopes: ['read'],
      bound: false,
      issuer: 'http://localhost:7463',
      via: 'login',
    },
    client: 'test/1.0',
    method: 'tools/call',
    action: 'call',
    server: 'files',
    target: 'read_file',
    decision: { effect: 'permit', determining: [{ policy: 'reads' }] },
    policies: 'a'.repeat(64),
    arguments: args,
  } as const
}

/** An intent with plausible members. */
export function intentOf(call: string, changes: Partial<Intent> = {}): Intent {
  const definition = 'd'.repeat(64) as Digest
  return { ...base(call, { path: '/notes/today.md' }), kind: 'intent', definition, ...changes }
}

/** An outcome with plausible members: an answer, unless told. */
export function outcomeOf(call: string, changes: Partial<Outcome> = {}): Outcome {
  return {
    ...base(call, { path: '/notes/today.md' }),
    kind: 'outcome',
    outcome: 'answered',
    error: undefined,
    result: { content: [{ type: 'text', text: 'hello' }] },
    duration: 3,
    ...changes,
  }
}
