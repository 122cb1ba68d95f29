import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../kernel/json.ts'
import { OPERATOR_AUTHORIZATION } from '../kernel/subject.ts'
import { UNLIMITED } from '../limits/limits.ts'
import type { Revision } from '../mcp/revision.ts'
import type { Aim } from './aim.ts'
import {
  accept,
  approvalWorld,
  call,
  decisionOf,
  FORM,
  ran,
  resultOf,
  retry,
} from './testing/approval-world.ts'
import { fakeDesk, LIFT, liftedBy, SELF } from './testing/approvals.ts'
import { OWNER } from './testing/fakes.ts'
import { ask, testCatalog, toolServer } from './testing/world.ts'

const SENT = [{ path: '/a' }]
const URL = 'https://bw.example/console/approvals/request-1'

describe('the pipeline', () => {
  const granted = async (
    made: ReturnType<typeof approvalWorld>,
    revision: Revision = '2025-03-26',
  ) => {
    await made.gateway.handle(call(revision, {}))
    made.desk.approve()
  }

  test('without approvals a denial is final, and says who could lift it', async () => {
    const made = approvalWorld({ approvals: undefined as never })
    expect(decisionOf(await made.gateway.handle(call('2026-07-28', FORM)))).toMatchObject({
      code: 'policy_denied',
      lift: { approvers: ['self'] },
    })
  })

  test('two at once use an approval once', async () => {
    const made = approvalWorld()
    await granted(made)
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => made.gateway.handle(call('2025-03-26', {}))),
    )
    expect(ran(made)).toEqual(SENT)
    const refusals = answers.filter((one) => resultOf(one)['isError'] === true)
    expect(refusals).toHaveLength(4)
    for (const refusal of refusals) expect(decisionOf(refusal)['code']).toMatch(/^approval_/)
  })

  test('an approval that cannot be used gives the room back, and nothing is sent', async () => {
    const desk = fakeDesk()
    const took: string[] = []
    const limits = {
      ...UNLIMITED,
      reserve: async () => ({}) as never,
      release: () => void took.push('release'),
      settle: () => void took.push('settle'),
    }
    const made = approvalWorld({ desk: { ...desk, use: async () => false }, limits })
    await made.gateway.handle(call('2025-03-26', {}))
    desk.approve()
    const answer = await made.gateway.handle(call('2025-03-26', {}))
    expect(decisionOf(answer)).toMatchObject({ code: 'approval_refused', why: 'used' })
    expect(took).toEqual(['release'])
    expect(ran(made)).toEqual([])
    expect(made.records.at(-1)).toMatchObject({ kind: 'outcome', outcome: 'denied' })
    expect(made.records.some(({ kind }) => kind === 'intent')).toBe(false)
  })

  test('no room: the approval is not used', async () => {
    const full = { limit: 'day', reason: 'the limit `day` is used up', retryAfter: 1_500 }
    const made = approvalWorld({ limits: { ...UNLIMITED, reserve: async () => full } })
    await granted(made)
    const answer = await made.gateway.handle(call('2025-03-26', {}))
    expect(decisionOf(answer)).toMatchObject({ code: 'limit_exceeded' })
    expect(made.desk.used).toEqual([])
  })

  test('a client that goes away at the last moment uses no approval', async () => {
    const cancel = new AbortController()
    const reserve = async () => {
      cancel.abort()
      return {} as never
    }
    const limits = { ...UNLIMITED, reserve, release: () => undefined }
    const made = approvalWorld({ limits })
    await granted(made)
    const gone = call('2025-03-26', {}, {}, { cancelled: cancel.signal })
    expect(await made.gateway.handle(gone)).toMatchObject({
      error: { data: { code: 'cancelled' } },
    })
    expect(made.desk.used).toEqual([])
    expect(ran(made)).toEqual([])
  })

  test('an intent that cannot be recorded: nothing is sent', async () => {
    const record = async ({ kind }: { readonly kind: string }): Promise<void> => {
      if (kind === 'intent') throw new Error('disk full')
    }
    const made = approvalWorld({ record })
    await granted(made)
    expect(await made.gateway.handle(call('2025-03-26', {}))).toMatchObject({ kind: 'error' })
    expect(ran(made)).toEqual([])
  })

  test('nobody is asked for what the token does not allow', async () => {
    const made = approvalWorld()
    const sender = {
      subject: OWNER,
      authorization: { ...OPERATOR_AUTHORIZATION, scopes: ['files:read'] },
    }
    const answer = await made.gateway.handle(call('2026-07-28', FORM, {}, { sender }))
    expect(answer).toMatchObject({ error: { data: { code: 'scope_insufficient' } } })
    expect(made.desk.calls).toEqual([])
  })

  test('observed servers are not asked about', async () => {
    const made = approvalWorld({ enforces: () => false })
    expect(resultOf(await made.gateway.handle(call('2026-07-28', FORM)))).toMatchObject({
      content: [],
    })
    expect(made.desk.calls).toEqual([])
    expect(ran(made)).toEqual(SENT)
  })

  test('policies that change while people think void the answer', async () => {
    let hash = 'one'
    const made = approvalWorld({ policy: liftedBy(LIFT, () => hash), hold: 60_000 })
    const running = made.gateway.handle(call('2025-03-26', {}))
    await made.desk.awaited()
    hash = 'two'
    made.desk.approve()
    expect(decisionOf(await running)).toMatchObject({ code: 'approval_refused' })
    expect(ran(made)).toEqual([])
  })

  test('a call that others have to approve by now does not pass with the word of the first', async () => {
    let lift = SELF
    const made = approvalWorld({ policy: liftedBy(() => lift), hold: 60_000 })
    const running = made.gateway.handle(call('2025-03-26', {}))
    await made.desk.awaited()
    lift = { ...LIFT, approvers: ['group:security'] }
    made.desk.approve()
    expect(decisionOf(await running)).toMatchObject({ code: 'approval_refused' })
    expect(ran(made)).toEqual([])
  })

  test('a definition that changes while people think voids the answer', async () => {
    const schema = { type: 'object', properties: { path: { type: 'string' } } }
    let inputSchema: JsonObject = schema
    const plain = toolServer('2026-07-28', ['wipe'])
    const logic: typeof plain.logic = (outbound) =>
      outbound.request.method === 'tools/list'
        ? { resultType: 'complete', tools: [{ name: 'wipe', inputSchema }] }
        : plain.logic(outbound)
    const made = approvalWorld({ servers: { files: { ...plain, logic } }, hold: 60_000 })
    const running = made.gateway.handle(call('2025-03-26', {}))
    await made.desk.awaited()
    inputSchema = { ...schema, description: 'another' }
    await made.gateway.handle(ask('2026-07-28', 'files', 'tools/list', {}))
    made.desk.approve()
    expect(decisionOf(await running)).toMatchObject({ code: 'approval_refused' })
    expect(ran(made)).toEqual([])
  })

  test('what policies permit by themselves by now uses nobody’s word', async () => {
    let lift: typeof SELF | undefined = SELF
    const made = approvalWorld({ policy: liftedBy(() => lift), hold: 60_000 })
    const running = made.gateway.handle(call('2025-03-26', {}))
    await made.desk.awaited()
    lift = undefined
    made.desk.approve()
    expect(resultOf(await running)).toEqual({ content: [] })
    expect(made.desk.used).toEqual([])
    expect(made.records[0]).not.toHaveProperty('approval')
  })

  test('a pattern serves until it is over', async () => {
    const made = approvalWorld({ desk: fakeDesk('pattern') })
    await granted(made)
    await made.gateway.handle(call('2025-03-26', {}))
    await made.gateway.handle(call('2026-07-28', FORM))
    expect(ran(made)).toEqual([...SENT, ...SENT])
  })

  test('other methods than calls get JSON-RPC errors', async () => {
    const read = () => ask('2025-11-25', 'files', 'resources/read', { uri: 'file:///a' })
    const made = approvalWorld({ policy: liftedBy(LIFT) })
    expect(await made.gateway.handle(read())).toMatchObject({
      error: {
        code: -31039,
        data: { code: 'approval_pending', approval: { id: 'request-1', url: URL } },
      },
    })
    made.desk.decline()
    expect(await made.gateway.handle(read())).toMatchObject({
      error: { code: -31040, data: { code: 'approval_refused', why: 'declined' } },
    })
  })

  test('a virtual tool: people see and answer for what leaves, by the name that was used', async () => {
    const plain = testCatalog()
    const forward = (aim: Aim): Aim => {
      const args = { path: `/real${String(aim.arguments['path'])}` }
      const params = { ...aim.params, name: 'read', arguments: args }
      return { ...aim, name: 'read', arguments: args, params }
    }
    const catalog: typeof plain = {
      ...plain,
      tool(server, name) {
        const known = plain.tool(server, name)
        return known && (name === 'wipe' ? { ...known, forward } : known)
      },
    }
    const made = approvalWorld({ catalog })
    const asked = await made.gateway.handle(call('2026-07-28', FORM))
    expect(made.desk.calls[0]).toMatchObject({
      access: { target: { name: 'wipe' }, arguments: { path: '/a' } },
      forwarded: { server: 'files', target: 'read', arguments: { path: '/real/a' } },
    })
    expect(JSON.stringify(resultOf(asked)['inputRequests'])).toContain('Sent as: \\"read\\"')
    // The same call under its own name is another one.
    const direct = { name: 'read', arguments: { path: '/real/a' } }
    expect(await made.gateway.handle(retry(asked, accept('approve'), FORM, direct))).toMatchObject({
      error: { data: { code: 'request_state_invalid' } },
    })
    expect(ran(made)).toEqual([])
    await made.gateway.handle(retry(asked, accept('approve')))
    expect(ran(made)).toEqual([{ path: '/real/a' }])
    expect(made.records.at(-2)).toMatchObject({
      approval: { id: 'request-1' },
      forwarded: { target: 'read', arguments: { path: '/real/a' } },
    })
  })

  test('nobody is asked for a subscription', async () => {
    const plain = toolServer('2026-07-28', [])
    const capabilities = { resources: { subscribe: true } }
    const made = approvalWorld({ servers: { files: { ...plain, capabilities } } })
    const ended = new AbortController()
    const notifications = { resourceSubscriptions: ['file:///a'] }
    const listening = made.gateway.handle(
      ask(
        '2026-07-28',
        'files',
        'subscriptions/listen',
        { notifications },
        { cancelled: ended.signal },
      ),
    )
    await expect.poll(() => made.records.length).toBe(1)
    expect(made.records).toMatchObject([{ outcome: 'denied', method: 'resources/subscribe' }])
    expect(made.desk.calls).toEqual([])
    ended.abort()
    await listening
  })

  test('who has many calls held has no more of them held', async () => {
    const made = approvalWorld({ policy: liftedBy(LIFT), hold: 60_000 })
    const cancel = new AbortController()
    const held = Array.from({ length: 32 }, () =>
      made.gateway.handle(call('2025-03-26', {}, {}, { cancelled: cancel.signal })),
    )
    await made.desk.awaited(32)
    expect(decisionOf(await made.gateway.handle(call('2025-03-26', {})))).toMatchObject({
      code: 'approval_pending',
    })
    cancel.abort()
    await Promise.all(held)
    const one = made.gateway.handle(call('2025-03-26', {}))
    await made.desk.awaited(1)
    made.desk.approve()
    expect(resultOf(await one)).toEqual({ content: [] })
  })
})
