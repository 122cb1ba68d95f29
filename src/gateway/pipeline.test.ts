import { describe, expect, test } from 'vitest'
import type { AccessRequest, Decision } from '../kernel/access.ts'
import { type ErrorCode, GatewayError } from '../kernel/errors.ts'
import { NO_FACTS } from '../kernel/facts.ts'
import type { Reservation } from '../kernel/limits.ts'
import type { RecordEntry } from '../kernel/record.ts'
import type { Aim } from './aim.ts'
import { NO_FLOW } from './flow/no-flow.ts'
import type { Known } from './known.ts'
import { answerCall, type Stages } from './pipeline.ts'
import { fakeExchange } from './testing/fakes.ts'
import { unscreened } from './testing/screening.ts'

const KNOWN: Known = {
  classification: {
    effects: ['read'],
    reversible: true,
    risk: 'low',
    reads: [],
    trust: 'untrusted',
    source: 'catalog',
    confidence: 'stated',
  },
  definition: undefined,
  paramHeaders: { kind: 'valid', headers: [] },
  analysis: { server: 'files', inputSchema: undefined, hints: {}, local: true },
  violations: () => [],
  flaws: () => [],
}
const RESERVED = {} as Reservation
const PERMIT: Decision = { effect: 'permit', determining: [{ policy: 'p1' }] }
const DENY: Decision = {
  effect: 'deny',
  determining: [{ policy: 'f1', reason: 'sends data out', remedy: 'send it to a colleague' }],
  errors: [],
}

function harness(overrides: Partial<Stages> = {}) {
  const order: string[] = []
  const records: RecordEntry[] = []
  const requests: AccessRequest[] = []
  const exchange = fakeExchange('tools/call', { name: 'read_file', arguments: { path: 'a' } })
  const note = <T>(name: string, value: T): T => {
    order.push(name)
    return value
  }
  const aim: Aim = {
    exchange,
    action: 'call',
    server: 'files',
    kind: 'tool',
    name: 'read_file',
    arguments: { path: 'a' },
    params: exchange.request.params ?? {},
  }
  const stages: Stages = {
    now: () => 1_000,
    randomId: () => 'call-1',
    aim: async () => note('aim', aim),
    resolve: async () =>
      note('resolve', {
        ...KNOWN,
        violations: () => note('validate', []),
        flaws: () => note('inspect', []),
      }),
    analyse: () => note('analyse', NO_FACTS),
    limits: {
      left: async () => ({ calls: { left: 3, most: 5 } }),
      reserve: async (_, named) => note(`reserve ${named.join()}`, RESERVED),
      settle: (_, used) => note(`settle ${used().bytes}`, undefined),
      release: () => note('release', undefined),
    },
    decide: (request) => {
      requests.push(request)
      return note('decide', PERMIT)
    },
    enforces: () => true,
    ...unscreened(),
    flow: NO_FLOW,
    approve: {
      open: (_, sent) => ({ sent, binding: () => 'b', goesOn: false }),
      ask: async () => undefined,
    },
    policies: () => 'hash',
    record: async (entry) => {
      records.push(note(`record ${entry.kind}`, entry))
    },
    dispatch: async () => note('dispatch', { kind: 'result', id: 1, result: { content: [] } }),
    log: () => undefined,
    ...overrides,
  }
  return { stages, order, records, requests, exchange }
}

describe('answerCall', () => {
  test('runs every stage in order, with the intent on record before the dispatch', async () => {
    const { stages, order, exchange, requests } = harness()
    expect(await answerCall(stages, exchange, 'call')).toEqual({
      kind: 'result',
      id: 1,
      result: { content: [] },
    })
    expect(order).toEqual([
      'aim',
      'resolve',
      'validate',
      'analyse',
      'decide',
      'reserve ',
      'record intent',
      'dispatch',
      'settle 14',
      'inspect',
      'record outcome',
    ])
    expect(requests[0]).toMatchObject({
      action: 'call',
      target: { kind: 'tool', server: 'files', name: 'read_file' },
      arguments: { path: 'a' },
      facts: NO_FACTS,
      rate: { calls: { left: 3, most: 5 } },
      time: 1_000,
    })
  })

  test('a limit without room denies, says when to come back, and nothing is dispatched', async () => {
    const base = harness()
    const full = { limit: 'day', reason: 'the limit `day` is used up', retryAfter: 1_500 }
    const limits = { ...base.stages.limits, reserve: async () => full }
    const { stages, order, records, exchange } = harness({ limits })
    expect(await answerCall(stages, exchange, 'call')).toMatchObject({
      result: {
        isError: true,
        content: [{ text: expect.stringContaining('wait 2 s') }],
        _meta: { 'dev.bailiwick/decision': { code: 'limit_exceeded', retryAfterMs: 1_500 } },
      },
    })
    expect(order).not.toContain('dispatch')
    expect(records).toMatchObject([{ outcome: 'denied', decision: { effect: 'deny' } }])
  })

  test('limits that a permit names are reserved; a call that never left gives its room back', async () => {
    const decision: Decision = {
      ...PERMIT,
      obligations: { redact: [], mark: [], limit: ['mail', 'day'] },
    }
    const lost = async (): Promise<never> => {
      throw new GatewayError('audit_unavailable', 'lost')
    }
    const { stages, order, exchange } = harness({ decide: () => decision, record: lost })
    await answerCall(stages, exchange, 'call')
    expect(order).toContain('reserve mail,day')
    expect(order).toContain('release')
    expect(order).not.toContain('dispatch')
  })

  test('a call that left and failed has used its room', async () => {
    const dispatch = async (): Promise<never> => {
      throw new GatewayError('upstream_timeout', 'late')
    }
    const { stages, order, exchange } = harness({ dispatch })
    await answerCall(stages, exchange, 'call')
    expect(order).toContain('settle 0')
    expect(order).not.toContain('release')
  })

  test('at a server that is only observed, what would be denied passes and is recorded as such', async () => {
    const { stages, order, records, exchange } = harness({
      decide: () => DENY,
      enforces: (server) => server !== 'files',
    })
    await answerCall(stages, exchange, 'call')
    expect(order).toContain('dispatch')
    expect(records[0]).toMatchObject({
      kind: 'intent',
      decision: { effect: 'permit', determining: [{ policy: 'observe-mode' }], observed: DENY },
    })
  })

  test('at a server that is only observed, a token still opens no more than its scopes', async () => {
    const aimed = { server: 'files', kind: 'tool', name: 'run', arguments: {}, params: {} } as const
    const { stages, order, exchange } = harness({
      aim: async (asked, action) => ({ ...aimed, exchange: asked, action }),
      resolve: async () => ({
        ...KNOWN,
        classification: { ...KNOWN.classification, effects: ['execute'] },
      }),
      decide: () => DENY,
      enforces: () => false,
    })
    const sender = {
      ...exchange.sender,
      authorization: { ...exchange.sender.authorization, scopes: ['read'] },
    }
    expect(await answerCall(stages, { ...exchange, sender }, 'call')).toMatchObject({
      kind: 'error',
      error: { data: { code: 'scope_insufficient', scopes: ['read', 'files:run'] } },
    })
    expect(order).not.toContain('dispatch')
  })

  test('what a permit obliges to happens to the result, or the result is withheld', async () => {
    const decision: Decision = {
      ...PERMIT,
      obligations: { redact: ['ssn'], mark: ['internal'], limit: [] },
    }
    const run = async (text: string) => {
      const result = { content: [{ type: 'text', text }] }
      const { stages, exchange } = harness({
        decide: () => decision,
        dispatch: async () => ({ kind: 'result', id: 1, result, resultText: 'raw' }),
      })
      return answerCall(stages, exchange, 'call')
    }
    const answer = await run('{"name":"Ada","of":[{"ssn":"123"}]}')
    expect(answer).not.toHaveProperty('resultText')
    expect(answer).toMatchObject({
      result: {
        content: [{ text: '{"name":"Ada","of":[{"ssn":"[redacted]"}]}' }],
        _meta: { 'dev.bailiwick/marks': ['internal'] },
      },
    })
    expect(await run('the ssn is 123')).toMatchObject({
      kind: 'error',
      error: { data: { code: 'result_withheld' } },
    })
  })

  test('a virtual tool is decided by its own name and by what leaves; both are on record', async () => {
    const known: Known = {
      ...KNOWN,
      of: { server: 'disk', name: 'read_any' },
      forward: (asked) => ({
        ...asked,
        server: 'disk',
        name: 'read_any',
        arguments: { path: '/notes/a' },
      }),
    }
    const analysed: unknown[] = []
    const sent: unknown[] = []
    const { stages, requests, records, exchange } = harness({
      resolve: async () => known,
      analyse: (_, args) => {
        analysed.push(args)
        return NO_FACTS
      },
      dispatch: async ({ aim }) => {
        sent.push([aim.server, aim.name, aim.arguments])
        return { kind: 'result', id: 1, result: { content: [] } }
      },
    })
    await answerCall(stages, exchange, 'call')
    expect(analysed).toEqual([{ path: '/notes/a' }])
    expect(sent).toEqual([['disk', 'read_any', { path: '/notes/a' }]])
    expect(requests[0]).toMatchObject({
      target: { server: 'files', name: 'read_file', of: { server: 'disk', name: 'read_any' } },
      arguments: { path: 'a' },
    })
    expect(records[0]).toMatchObject({
      server: 'files',
      target: 'read_file',
      arguments: { path: 'a' },
      forwarded: { server: 'disk', target: 'read_any', arguments: { path: '/notes/a' } },
    })
  })

  test('a denial is never dispatched, is recorded, and tells the model why and what instead', async () => {
    const { stages, order, records, exchange } = harness({ decide: () => DENY })
    const answer = await answerCall(stages, exchange, 'call')
    expect(order).not.toContain('dispatch')
    expect(records).toMatchObject([{ kind: 'outcome', outcome: 'denied', decision: DENY }])
    expect(answer).toMatchObject({
      kind: 'result',
      result: {
        isError: true,
        content: [{ text: expect.stringContaining('Instead: send it to a colleague.') }],
        _meta: {
          'dev.bailiwick/decision': {
            code: 'policy_denied',
            policies: ['f1'],
            requestId: 'call-1',
          },
        },
      },
    })
  })

  test('a policy that errs is named and nothing else is said', async () => {
    const broken: Decision = { effect: 'deny', determining: [], errors: ['p9'] }
    const { stages, exchange } = harness({ decide: () => broken })
    expect(await answerCall(stages, exchange, 'call')).toMatchObject({
      result: { _meta: { 'dev.bailiwick/decision': { policies: ['p9'] } } },
    })
  })

  test('invalid arguments are neither decided nor dispatched', async () => {
    const known = { ...KNOWN, violations: () => ['/path must be a string'] }
    const { stages, order, records, exchange } = harness({ resolve: async () => known })
    expect(await answerCall(stages, exchange, 'call')).toMatchObject({
      result: {
        isError: true,
        content: [{ text: expect.stringContaining('/path must be a string') }],
      },
    })
    expect(order).toEqual(['aim', 'record outcome'])
    expect(records).toMatchObject([{ outcome: 'failed', error: 'arguments_invalid' }])
  })

  const fails = (code: ErrorCode) => async (): Promise<never> => {
    throw new GatewayError(code, `it is ${code}`)
  }
  test.each(['aim', 'resolve', 'record'] as const)(
    'when `%s` fails, nothing is dispatched and the caller gets its code',
    async (stage) => {
      const { stages, order, exchange } = harness({ [stage]: fails('audit_unavailable') })
      expect(await answerCall(stages, exchange, 'call')).toMatchObject({
        kind: 'error',
        error: {
          message: 'it is audit_unavailable',
          data: { code: 'audit_unavailable', requestId: 'call-1' },
        },
      })
      expect(order).not.toContain('dispatch')
    },
  )

  test('a decision point that throws denies', async () => {
    const { stages, order, exchange } = harness({
      decide: () => {
        throw new Error('secret detail')
      },
    })
    const answer = await answerCall(stages, exchange, 'call')
    expect(answer).toMatchObject({ kind: 'error', error: { data: { code: 'internal' } } })
    expect(JSON.stringify(answer)).not.toContain('secret detail')
    expect(order).not.toContain('dispatch')
  })

  test('a result that breaks its own declaration is withheld', async () => {
    const known = { ...KNOWN, flaws: () => ['/total is not a number'] }
    const { stages, records, exchange } = harness({ resolve: async () => known })
    const answer = await answerCall(stages, exchange, 'call')
    expect(answer).toMatchObject({ kind: 'error', error: { data: { code: 'result_withheld' } } })
    expect(JSON.stringify(answer)).not.toContain('/total')
    expect(records).toMatchObject([
      { kind: 'intent' },
      { kind: 'outcome', outcome: 'failed', error: 'result_withheld' },
    ])
  })

  test.each([
    [{ resultType: 'complete', content: [] }, 'answered', undefined],
    [{ resultType: 'input_required', requestState: 's' }, 'asked', undefined],
    [{ content: [], isError: true }, 'tool_error', undefined],
  ])('a call that got %j is on record as %s', async (result, outcome, error) => {
    const { stages, records, exchange } = harness({
      dispatch: async () => ({ kind: 'result', id: 1, result }),
    })
    await answerCall(stages, exchange, 'call')
    expect(records[1]).toMatchObject({ kind: 'outcome', outcome, error, result })
  })

  test('a cancelled call is on record as that', async () => {
    const { stages, records, exchange } = harness({ dispatch: fails('cancelled') })
    await answerCall(stages, exchange, 'call')
    expect(records[1]).toMatchObject({ outcome: 'cancelled', error: 'cancelled' })
  })

  test('an answer still goes out when its outcome cannot be recorded, and that is logged', async () => {
    const logged: string[] = []
    const { stages, exchange } = harness({
      record: async ({ kind }) => {
        if (kind === 'outcome') throw new GatewayError('audit_unavailable', 'disk full')
      },
      log: (message) => logged.push(message),
    })
    expect(await answerCall(stages, exchange, 'call')).toMatchObject({ kind: 'result' })
    await Promise.resolve()
    expect(logged).toEqual(['the outcome of call call-1 could not be recorded'])
  })
})
