import { GatewayError } from '../../kernel/errors.ts'
import type { SecurityEvent } from '../../kernel/event.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { ExplainedCall, Explanations } from '../calls/explanation-ports.ts'
import type { CallEvidence, ChainCheck, Evidence, EvidenceRow } from '../calls/ports.ts'

export const SECRET = 'what-the-call-carried'
const AT = 1_790_000_000_000

/** What stands in a record of a call. */
export const BODY: JsonObject = {
  action: 'call',
  actors: ['bot'],
  approval: { by: ['bob'], digest: 'd'.repeat(64), id: 'ap-1', kind: 'once' },
  arguments: { digest: 'a'.repeat(64), excerpt: `{"sql":"${SECRET}"}`, of: 'canonical', size: 40 },
  authorization: {
    bound: true,
    issuer: 'https://gate.example',
    scopes: ['execute'],
    trust: 'registered',
    via: 'login',
  },
  client: 'editor/1',
  decision: {
    determining: [{ policy: 'reads', reason: 'it reads' }],
    effect: 'permit',
    observed: { determining: [{ policy: 'watch' }], effect: 'deny', errors: [] },
  },
  definition: 'f'.repeat(64),
  forwarded: {
    arguments: { digest: 'b'.repeat(64), excerpt: SECRET, of: 'canonical', size: 3 },
    server: 'db',
    target: 'query',
  },
  input: JSON.stringify({
    redacted: ['/password'],
    request: {
      arguments: { sql: SECRET },
      facts: {
        sql: [{ at: `/${SECRET}`, classes: ['read'], flags: ['comment'], tables: [SECRET] }],
        unparsable: [{ at: `/${SECRET}`, kind: 'url', why: 'no' }],
      },
      target: { classification: { effects: ['read'], reads: ['personal'], risk: 'high' } },
      flow: {
        ...{ context: 'x-1', readUntrusted: true, readConfidential: false, since: AT },
        ...{ classes: ['personal', 'gossip'], complete: true, carries: ['personal'] },
        values: [
          {
            ...{ at: `/${SECRET}`, role: 'destination', value: SECRET, origin: 'untrusted' },
            sightings: [
              {
                ...{ call: 'call-0', server: 'mail', target: 'read', likeness: 'decoded' },
                ...{ field: `/${SECRET}`, quote: `to ${SECRET} soon` },
              },
            ],
          },
          { at: '/odd', role: 'boss', value: 'x', origin: 'heaven', sightings: [] },
        ],
      },
    },
  }),
  method: 'tools/call',
  policies: 'c'.repeat(64),
}

function row(seq: number, more: Partial<EvidenceRow>): EvidenceRow {
  return {
    seq,
    at: AT + seq,
    kind: 'intent',
    call: 'call-1',
    server: 'crm',
    target: 'find',
    outcome: null,
    subject: 'user:ann',
    client: 'editor',
    grant: 'g-1',
    body: BODY,
    hash: String(seq).repeat(64),
    ...more,
  }
}

const ENDED = row(2, {
  kind: 'outcome',
  outcome: 'answered',
  body: {
    ...BODY,
    duration: 12,
    result: { digest: 'e'.repeat(64), excerpt: `"${SECRET}"`, of: 'text', size: 9 },
    screened: [
      {
        ...{ action: 'redact', at: `/${SECRET}`, category: 'personal', certainty: 'proved' },
        ...{ part: 'result', rule: 'personal/iban', screen: 'names-stay', type: 'iban' },
      },
    ],
  },
})
const CALL: CallEvidence = { call: 'call-1', intent: row(1, {}), outcome: ENDED }
export const EVENT = row(3, {
  kind: 'event',
  call: 'event-1',
  server: '',
  target: 'grant.revoked',
  outcome: 'done',
  grant: null,
  body: {
    by: { subject: 'user:owner' },
    detail: { reason: 'administrator', comment: SECRET },
    target: 'g-1',
  },
})
const ROWS = [row(1, {}), ENDED, EVENT]

/** What was asked of the records, what was witnessed, and whether witnessing fails. */
export const asked: unknown[] = []
export const witnessed: SecurityEvent[] = []
export const recorder = { broken: undefined as unknown }

const CHECK: ChainCheck = { id: 'check-1', state: 'running', started: AT, done: 1, of: 3 }

/** Records of one call and one event. */
export const evidence: Evidence = {
  search: async (query) => {
    asked.push(query)
    return { calls: [CALL], next: 'c-2', searchedTo: AT }
  },
  call: async (id) => (id === CALL.call ? CALL : undefined),
  events: async (query) => {
    asked.push(query)
    return { events: [EVENT], next: undefined }
  },
  event: async (id) => (id === EVENT.call ? EVENT : undefined),
  after: async (seq, limit) => ROWS.filter((one) => one.seq > seq).slice(0, limit),
  places: async (since) => ({ start: since > AT ? 1 : 0, end: 3 }),
  status: async () => ({ seq: 3, hash: '3'.repeat(64), first: AT, last: AT + 3, kept: undefined }),
  check: () => CHECK,
  checked: () => undefined,
  witness: async (event) => {
    if (recorder.broken !== undefined) throw recorder.broken
    witnessed.push(event)
  },
}

const EXPLAINED: ExplainedCall = {
  policySet: 'p'.repeat(64),
  verdict: 'deny',
  determining: ['no-secrets'],
  policies: [
    {
      policy: 'no-secrets',
      effect: 'forbid',
      mode: 'enforce',
      file: 'a.cedar',
      line: 1,
      text: 'forbid (principal, action, resource);',
      determines: true,
      outcome: 'applies',
      scope: [{ text: 'principal', fits: true }],
      clauses: [
        {
          text: 'context.args.sql == "x"',
          outcome: 'fault',
          fault: SECRET,
          reached: true,
          decides: true,
          at: { start: 0, end: 6 },
          reads: [{ path: 'context.args.sql', value: SECRET, influence: 'caller' }],
        },
      ],
    },
  ],
  obstacles: [
    { policy: 'no-secrets', must: 'not hold', byCaller: true, because: [SECRET], remedy: 'ask' },
  ],
  unparsable: ['url'],
  recorded: { policySet: undefined, verdict: 'permit' },
  redacted: [`/${SECRET}`],
  assumed: [],
}

/** Explains every call alike. */
export const explanations: Explanations = {
  explain: () => EXPLAINED,
  replay: async (_, files) => {
    if (files['bad.cedar'] !== undefined)
      throw new GatewayError('policy_unavailable', 'bad.cedar:1:1: no', { data: { problems: [] } })
    return EXPLAINED
  },
  rule: (_, wish) => JSON.stringify(wish),
}
