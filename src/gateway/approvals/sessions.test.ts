import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import type { Revision } from '../../mcp/revision.ts'
import {
  accept,
  approvalWorld,
  BOTH,
  call,
  decisionOf,
  FORM,
  ran,
  resultOf,
} from '../testing/approval-world.ts'
import { LIFT, liftedBy } from '../testing/approvals.ts'

const SENT = [{ path: '/a' }]
const URL = 'https://bw.example/console/approvals/request-1'

interface Said {
  readonly method: string
  readonly params: JsonObject
}

/** A session's client that answers questions itself. */
function session(
  revision: Revision,
  capabilities: JsonObject,
  answer: (params: JsonObject, signal: AbortSignal) => Promise<JsonObject | undefined>,
  params: JsonObject = {},
) {
  const said: Said[] = []
  const cancel = new AbortController()
  const exchange = call(revision, capabilities, params, {
    cancelled: cancel.signal,
    async ask(method, about, signal) {
      said.push({ method, params: about ?? {} })
      const result = await answer(about ?? {}, signal)
      if (result === undefined)
        return { kind: 'error', id: 0, error: { code: -32601, message: 'no' } }
      return { kind: 'result', id: 0, result }
    },
  })
  return { exchange: exchange as typeof exchange & { notified: Said[] }, said, cancel }
}

const never = (_: JsonObject, signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(new Error('over'))),
  )

describe('a session', () => {
  test.each<Revision>(['2025-11-25', '2025-06-18'])(
    '%s: the form on the call’s own stream',
    async (revision) => {
      const made = approvalWorld({ hold: 60_000 })
      const capabilities = revision === '2025-06-18' ? { elicitation: {} } : FORM
      const { exchange, said } = session(revision, capabilities, async () => accept('approve'))
      expect(resultOf(await made.gateway.handle(exchange))).toEqual({ content: [] })
      expect(said).toMatchObject([{ method: 'elicitation/create' }])
      expect(said[0]?.params['mode']).toBe(revision === '2025-06-18' ? undefined : 'form')
      expect(said[0]?.params['message']).toContain('Arguments: {"path":"/a"}')
      expect(ran(made)).toEqual(SENT)

      const no = session(revision, capabilities, async () => ({ action: 'decline' }))
      expect(decisionOf(await made.gateway.handle(no.exchange))).toMatchObject({
        code: 'approval_refused',
        why: 'declined',
      })
      expect(ran(made)).toEqual(SENT)
    },
  )

  test('2025-11-25: our page, and the word that it is over', async () => {
    const made = approvalWorld({ policy: liftedBy(LIFT), hold: 60_000 })
    const { exchange, said } = session('2025-11-25', BOTH, async () => ({ action: 'accept' }))
    const running = made.gateway.handle(exchange)
    await made.desk.awaited()
    await sleep(1)
    expect(ran(made)).toEqual([])
    made.desk.approve()
    expect(resultOf(await running)).toEqual({ content: [] })
    expect(said).toMatchObject([{ params: { mode: 'url', url: URL, elicitationId: 'request-1' } }])
    expect(exchange.notified).toMatchObject([
      { method: 'notifications/elicitation/complete', params: { elicitationId: 'request-1' } },
    ])
    expect(ran(made)).toEqual(SENT)
  })

  test.each<[string, Revision, JsonObject]>([
    ['2025-06-18 knows no pages', '2025-06-18', BOTH],
    ['no elicitation is declared', '2025-11-25', {}],
    ['forms are not for what others decide', '2025-11-25', FORM],
    ['2025-03-26 knows no elicitation', '2025-03-26', BOTH],
  ])('is held without a dialog when %s', async (_, revision, capabilities) => {
    const made = approvalWorld({ policy: liftedBy(LIFT), hold: 60_000 })
    const { exchange, said } = session(revision, capabilities, never)
    const running = made.gateway.handle(exchange)
    await made.desk.awaited()
    made.desk.approve()
    expect(resultOf(await running)).toEqual({ content: [] })
    expect(said).toEqual([])
    expect(ran(made)).toEqual(SENT)
  })

  test('2025-03-26 knows no forms either, whatever is declared', async () => {
    const made = approvalWorld()
    const { exchange, said } = session('2025-03-26', FORM, async () => accept('approve'))
    expect(decisionOf(await made.gateway.handle(exchange))).toMatchObject({
      code: 'approval_pending',
    })
    expect(said).toEqual([])
    expect(ran(made)).toEqual([])
  })

  test('a form where no form counts is never sent, whatever the client would say', async () => {
    const made = approvalWorld({ policy: liftedBy(LIFT) })
    const { exchange, said } = session('2025-11-25', FORM, async () => accept('approve'))
    expect(decisionOf(await made.gateway.handle(exchange))).toMatchObject({
      code: 'approval_pending',
    })
    expect(said).toEqual([])
    // A client that answers a page as if it were a form has opened the page.
    const page = session('2025-11-25', BOTH, async () => accept('approve'))
    expect(decisionOf(await made.gateway.handle(page.exchange))).toMatchObject({
      code: 'approval_pending',
    })
    expect(ran(made)).toEqual([])
  })

  test('is never held for longer than `hold`; the retry after the answer runs at once', async () => {
    const made = approvalWorld({ policy: liftedBy(LIFT), hold: 20 })
    let over = false
    const { exchange } = session('2025-11-25', BOTH, async (_, signal) => {
      signal.addEventListener('abort', () => {
        over = true
      })
      return never({}, signal)
    })
    expect(decisionOf(await made.gateway.handle(exchange))).toMatchObject({
      code: 'approval_pending',
    })
    expect(over).toBe(true)
    made.desk.approve()
    const again = session('2025-11-25', BOTH, never)
    expect(resultOf(await made.gateway.handle(again.exchange))).toEqual({ content: [] })
    expect(again.said).toEqual([])
    expect(made.desk.ids).toEqual(['request-1'])
  })

  test('a page that is not opened ends the call, not the request', async () => {
    const made = approvalWorld({ policy: liftedBy(LIFT), hold: 60_000 })
    const { exchange } = session('2025-11-25', BOTH, async () => ({ action: 'decline' }))
    const answer = await made.gateway.handle(exchange)
    expect(decisionOf(answer)).toMatchObject({ code: 'approval_pending' })
    expect(resultOf(answer)['content']).toMatchObject([
      { text: expect.stringContaining('The user did not open the page') },
    ])
    made.desk.approve()
    expect(ran(made)).toEqual([])
  })

  test.each<[string, () => Promise<JsonObject | undefined>]>([
    ['fails', () => Promise.reject(new Error('broken'))],
    ['is refused', async () => undefined],
    ['says nothing clear', async () => ({ action: 'accept', content: { decision: 'maybe' } })],
  ])('a dialog that %s leaves it to the desk', async (_, answer) => {
    const made = approvalWorld({ hold: 60_000 })
    const { exchange } = session('2025-11-25', FORM, answer)
    const running = made.gateway.handle(exchange)
    await made.desk.awaited()
    made.desk.approve()
    expect(resultOf(await running)).toEqual({ content: [] })
  })

  test('the desk is quicker than the dialog, which is taken back', async () => {
    const made = approvalWorld({ hold: 60_000 })
    const late = Promise.withResolvers<JsonObject>()
    let taken = false
    const { exchange } = session('2025-11-25', FORM, (_, signal) => {
      signal.addEventListener('abort', () => {
        taken = true
      })
      return late.promise
    })
    const running = made.gateway.handle(exchange)
    await made.desk.awaited()
    made.desk.decline()
    expect(decisionOf(await running)).toMatchObject({ code: 'approval_refused' })
    expect(taken).toBe(true)
    late.resolve(accept('approve'))
    await sleep(5)
    expect(ran(made)).toEqual([])
    expect(made.desk.used).toEqual([])
  })

  test('a cancelled call waits no longer; the answer is for the next one', async () => {
    const made = approvalWorld({ hold: 60_000 })
    const answers = Promise.withResolvers<JsonObject>()
    const { exchange, cancel } = session('2025-11-25', FORM, () => answers.promise)
    const running = made.gateway.handle(exchange)
    await made.desk.awaited()
    cancel.abort()
    expect(await running).toMatchObject({ error: { data: { code: 'cancelled' } } })
    expect(made.records).toMatchObject([{ outcome: 'cancelled' }])
    expect(made.desk.waiting).toBe(0)
    // What is clicked in a client that gave up changes nothing.
    answers.resolve(accept('approve'))
    const next = made.gateway.handle(call('2025-03-26', {}))
    await made.desk.awaited()
    expect(ran(made)).toEqual([])
    made.desk.approve('request-1')
    expect(resultOf(await next)).toEqual({ content: [] })
    expect(ran(made)).toEqual(SENT)
  })

  test('hears that its call lives, and where it can be approved', async () => {
    const made = approvalWorld({ policy: liftedBy(LIFT) })
    const params = { _meta: { progressToken: 'p' } }
    const { exchange } = session('2025-11-25', {}, never, params)
    await made.gateway.handle(exchange)
    expect(exchange.notified).toMatchObject([
      {
        method: 'notifications/progress',
        params: { progressToken: 'p', message: `waiting for approval: ${URL}` },
      },
    ])
    expect(exchange.notified[0]?.params['progress']).toBeLessThan(1)
  })
})
