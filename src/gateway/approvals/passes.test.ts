import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import type { Response } from '../../mcp/message.ts'
import type { Revision } from '../../mcp/revision.ts'
import {
  accept,
  approvalWorld,
  askingServer,
  call,
  decisionOf,
  FORM,
  resultOf,
  retry,
} from '../testing/approval-world.ts'
import { LIFT, liftedBy, SELF } from '../testing/approvals.ts'
import { type FakeServer, toolServer } from '../testing/world.ts'
import { createPasses } from './passes.ts'

const QUESTION = {
  method: 'elicitation/create',
  params: { mode: 'form', message: 'Which?', requestedSchema: { type: 'object', properties: {} } },
}
const ASKS: JsonObject = { inputRequests: { which: QUESTION }, requestState: 'the server’s own' }

/** A legacy server that asks in mid-call. */
function legacyServer(acted: JsonObject[]): FakeServer {
  const plain = toolServer('2025-11-25', ['wipe'])
  return {
    ...plain,
    async logic(outbound) {
      const { method, params = {} } = outbound.request
      if (method !== 'tools/call') return plain.logic(outbound)
      const asked = { kind: 'request' as const, id: 9, ...QUESTION }
      const answer = await outbound.onRequest(asked)
      if (answer.kind === 'result') acted.push(params)
      return { content: [] }
    },
  }
}

const SERVERS: readonly (readonly [string, (acted: JsonObject[]) => FakeServer])[] = [
  ['a modern server with a state of its own', (acted) => askingServer(acted, ASKS)],
  [
    'a modern server without one',
    (acted) => askingServer(acted, { inputRequests: ASKS['inputRequests'] ?? {} }),
  ],
  ['a legacy server, whose call is parked', legacyServer],
]

/** The round that answers what the server asked. */
function serverRound(asked: Response, params: JsonObject = {}) {
  const { inputRequests, requestState } = resultOf(asked)
  const [key = ''] = Object.keys(inputRequests as JsonObject)
  const inputResponses = { [key]: { action: 'accept', content: {} } }
  return call('2026-07-28', FORM, { requestState, inputResponses, ...params })
}

describe.each(SERVERS)('an approved call of %s', (_, serverOf) => {
  const start = async (more: Parameters<typeof approvalWorld>[0] = {}) => {
    const acted: JsonObject[] = []
    const made = approvalWorld({ servers: { files: serverOf(acted) }, ...more })
    const ours = await made.gateway.handle(call('2026-07-28', FORM))
    const theirs = await made.gateway.handle(retry(ours, accept('approve')))
    expect(resultOf(theirs)['resultType']).toBe('input_required')
    expect(acted).toEqual([])
    return { made, acted, theirs }
  }

  test('goes on without asking again, once', async () => {
    const { made, acted, theirs } = await start()
    const round = serverRound(theirs)
    expect(resultOf(await made.gateway.handle(round))).toMatchObject({ resultType: 'complete' })
    expect(acted).toHaveLength(1)
    expect(made.desk.ids).toEqual(['request-1'])
    expect(made.desk.used).toHaveLength(1)
    expect(made.records.filter(({ kind }) => kind === 'intent')).toMatchObject([
      { approval: { id: 'request-1' } },
      { approval: { id: 'request-1' } },
    ])
    // The same round again would be a second call for one approval.
    expect(decisionOf(await made.gateway.handle(round))).toMatchObject({
      code: 'approval_refused',
      why: 'used',
    })
    expect(acted).toHaveLength(1)
  })

  test('goes on as nothing else', async () => {
    const { made, acted, theirs } = await start()
    const other = await made.gateway.handle(serverRound(theirs, { arguments: { path: '/b' } }))
    expect(other).toMatchObject({ error: { data: { code: 'request_state_invalid' } } })
    expect(acted).toEqual([])
  })

  test.each<[string, () => { policy: ReturnType<typeof liftedBy>; change: () => void }]>([
    [
      'policies changed',
      () => {
        let hash = 'one'
        const change = (): void => {
          hash = 'two'
        }
        return { policy: liftedBy(SELF, () => hash), change }
      },
    ],
    [
      'others have to approve it by now',
      () => {
        let lift = SELF
        const change = (): void => {
          lift = LIFT
        }
        return { policy: liftedBy(() => lift), change }
      },
    ],
    [
      'the approval is over',
      () => {
        const lift = { ...SELF, maxAge: 1 }
        const change = (): void => {
          const end = Date.now() + 2
          while (Date.now() < end);
        }
        return { policy: liftedBy(lift), change }
      },
    ],
  ])('does not go on when %s', async (_case, made) => {
    const { policy, change } = made()
    const { made: world, acted, theirs } = await start({ policy })
    change()
    const answer = await world.gateway.handle(serverRound(theirs))
    expect(JSON.stringify(answer)).toMatch(/approval_|request_state_invalid/)
    expect(acted).toEqual([])
  })
})

test('a server cannot ask in our name', async () => {
  const asks = { inputRequests: { 'bailiwick/approval': QUESTION }, requestState: 's' }
  const made = approvalWorld({
    servers: { files: askingServer([], asks) },
    policy: liftedBy(() => undefined),
  })
  expect(await made.gateway.handle(call('2026-07-28', FORM))).toMatchObject({
    error: { data: { code: 'upstream_malformed' } },
  })
})

test('a call whose server asks first and policy later is held, not cut off from its round', async () => {
  let lift: typeof LIFT | undefined
  const acted: JsonObject[] = []
  const made = approvalWorld({
    servers: { files: askingServer(acted, ASKS) },
    policy: liftedBy(() => lift),
    hold: 60_000,
  })
  const theirs = await made.gateway.handle(call('2026-07-28', FORM))
  lift = SELF
  const running = made.gateway.handle(serverRound(theirs))
  await made.desk.awaited()
  made.desk.approve()
  expect(resultOf(await running)).toMatchObject({ resultType: 'complete' })
  expect(acted).toMatchObject([{ requestState: 'the server’s own' }])
})

test.each<Revision>(['2025-11-25', '2025-06-18'])(
  'a %s client is asked by the gateway first, then by the server',
  async (revision) => {
    const acted: JsonObject[] = []
    const made = approvalWorld({ servers: { files: askingServer(acted, ASKS) }, hold: 60_000 })
    const said: unknown[] = []
    const exchange = call(
      revision,
      FORM,
      {},
      {
        async ask(_method, params) {
          said.push(params?.['message'])
          const ours = said.length === 1
          return { kind: 'result', id: 0, result: ours ? accept('approve') : accept('x') }
        },
      },
    )
    expect(resultOf(await made.gateway.handle(exchange))).toEqual({ content: [] })
    expect(said).toEqual([expect.stringContaining('Approve this one call?'), 'Which?'])
    expect(acted).toHaveLength(1)
  },
)

test('a pass is good once, in time, and while there is room', () => {
  let time = 0
  const passes = createPasses(() => time, randomUUID, 2)
  const first = passes.issue(10)
  expect(passes.take(first)).toBe(true)
  expect(passes.take(first)).toBe(false)
  expect(passes.take('p9')).toBe(false)
  const late = passes.issue(10)
  time = 10
  expect(passes.take(late)).toBe(false)
  const [oldest, middle, newest] = [passes.issue(20), passes.issue(20), passes.issue(20)]
  expect([oldest, middle, newest].map((one) => passes.take(String(one)))).toEqual([
    false,
    true,
    true,
  ])
})
