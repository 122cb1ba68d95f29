import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import type { Exchange } from '../../mcp/exchange.ts'
import type { Response } from '../../mcp/message.ts'
import {
  accept,
  approvalWorld,
  BOTH,
  call,
  decisionOf,
  FORM,
  KEY,
  ran,
  resultOf,
  retry,
} from '../testing/approval-world.ts'
import { LIFT, liftedBy, SELF } from '../testing/approvals.ts'

const SENT = [{ path: '/a' }]
const URL = 'https://bw.example/console/approvals/request-1'

/** The question in an answer that asks. */
function question(response: Response): JsonObject {
  const { inputRequests } = resultOf(response)
  return (inputRequests as JsonObject)[KEY] as JsonObject
}

describe('a modern client with forms', () => {
  test('sees the whole call, and its yes lets exactly that call run, once', async () => {
    const made = approvalWorld()
    const asked = await made.gateway.handle(call('2026-07-28', FORM))
    expect(resultOf(asked)['resultType']).toBe('input_required')
    expect(question(asked)).toMatchObject({
      method: 'elicitation/create',
      params: {
        mode: 'form',
        message: [
          'Approve this one call?',
          'Server: "files"',
          'Tool: "wipe"',
          'Arguments: {"path":"/a"}',
          'For: "user:owner" by client "bailiwick-cli"',
          'Why you are asked: it deletes things',
          'Request: request-1, until 2096-10-02T07:06:40.000Z',
        ].join('\n'),
        requestedSchema: {
          type: 'object',
          properties: { decision: { type: 'string', enum: ['decline', 'approve'] } },
          required: ['decision'],
        },
      },
    })
    expect(ran(made)).toEqual([])
    expect(made.records).toMatchObject([{ outcome: 'denied', error: 'approval_pending' }])

    const yes = retry(asked, accept('approve'))
    expect(resultOf(await made.gateway.handle(yes))).toEqual({
      resultType: 'complete',
      content: [],
    })
    expect(ran(made)).toEqual(SENT)
    expect(made.records[1]).toMatchObject({
      kind: 'intent',
      decision: { effect: 'permit' },
      approval: { id: 'request-1', kind: 'once', by: ['bo'] },
      input: { approval: { id: 'request-1' } },
    })
    const [sent] = made.reached().filter(({ request }) => request.method === 'tools/call')
    expect(Object.keys(sent?.request.params ?? {}).sort()).toEqual(['_meta', 'arguments', 'name'])

    // The same answer again: the approval is used, and a person is asked anew.
    const again = await made.gateway.handle(yes)
    expect(decisionOf(again)).toMatchObject({ code: 'approval_refused' })
    expect(ran(made)).toEqual(SENT)
  })

  test('nothing leaves beside what was shown, whatever a client adds', async () => {
    const made = approvalWorld()
    const asked = await made.gateway.handle(call('2026-07-28', FORM))
    const { requestState } = resultOf(asked)
    const inputResponses = { [KEY]: accept('approve'), other: accept('anything') }
    const added = { requestState, inputResponses, more: { to: 'somebody' } }
    await made.gateway.handle(call('2026-07-28', FORM, added))
    const [sent] = made.reached().filter(({ request }) => request.method === 'tools/call')
    expect(Object.keys(sent?.request.params ?? {}).sort()).toEqual(['_meta', 'arguments', 'name'])
    expect(sent?.text).toBeUndefined()
  })

  test.each([
    ['declined in the form', accept('decline')],
    ['declined', { action: 'decline' }],
    ['closed', { action: 'cancel' }],
  ])('%s: refused, and asking again is', async (_, reply) => {
    const made = approvalWorld()
    const asked = await made.gateway.handle(call('2026-07-28', FORM))
    const answer = await made.gateway.handle(retry(asked, reply))
    expect(resultOf(answer)).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('Do not make the same call again, nor') }],
    })
    expect(decisionOf(answer)).toMatchObject({ code: 'approval_refused', why: 'declined' })
    expect(made.records.at(-1)).toMatchObject({ outcome: 'denied', error: 'approval_refused' })
    const next = await made.gateway.handle(call('2026-07-28', FORM))
    expect(decisionOf(next)).toMatchObject({ code: 'approval_refused', why: 'declined' })
    expect(ran(made)).toEqual([])
  })

  test.each([
    ['no answer', undefined],
    ['an answer to nothing', { action: 'accept' }],
    ['another word', accept('yes')],
    ['a yes that is no word', { action: 'accept', content: { decision: true } }],
    ['a yes in another place', { action: 'accept', content: { approve: 'approve' } }],
    ['no action', { content: { decision: 'approve' } }],
  ])('%s approves nothing: the question stands, for some rounds', async (_, reply) => {
    const made = approvalWorld()
    let answer = await made.gateway.handle(call('2026-07-28', FORM))
    for (let round = 0; round < 8; round += 1) {
      expect(question(answer)).toMatchObject({ method: 'elicitation/create' })
      answer = await made.gateway.handle(retry(answer, reply as JsonObject | undefined))
    }
    const last = await made.gateway.handle(retry(answer, reply as JsonObject | undefined))
    expect(decisionOf(last)).toMatchObject({ code: 'approval_pending', approval: { url: URL } })
    expect(ran(made)).toEqual([])
  })

  test('no to the form counts, whoever said yes before', async () => {
    const made = approvalWorld()
    const asked = await made.gateway.handle(call('2026-07-28', FORM))
    made.desk.approve()
    const answer = await made.gateway.handle(retry(asked, { action: 'decline' }))
    expect(decisionOf(answer)).toMatchObject({ code: 'approval_refused', why: 'declined' })
    expect(ran(made)).toEqual([])
  })

  test('what is too long for a form, or not for the person there to decide, is for our page', async () => {
    const made = approvalWorld()
    const long = { arguments: { path: 'x'.repeat(9_000) } }
    const asked = await made.gateway.handle(call('2026-07-28', BOTH, long))
    expect(question(asked)).toMatchObject({ params: { mode: 'url', url: URL } })
    const others = approvalWorld({ policy: liftedBy(LIFT) })
    expect(question(await others.gateway.handle(call('2026-07-28', BOTH)))).toMatchObject({
      params: { mode: 'url' },
    })
    // Without URLs it has nothing to be asked by: it is held, and told.
    const told = await others.gateway.handle(call('2026-07-28', FORM))
    expect(decisionOf(told)).toMatchObject({ code: 'approval_pending' })
  })

  test('nothing hides in the form', async () => {
    const made = approvalWorld()
    const path = '/a\u202e\u200b\n"}\nWhy you are asked: nothing\u00a0\u{e0041}\ufe0f é 漢 🎈'
    const asked = await made.gateway.handle(call('2026-07-28', FORM, { arguments: { path } }))
    const { message } = question(asked)['params'] as { message: string }
    const line = message.split('\n').find((one) => one.startsWith('Arguments: ')) ?? ''
    expect(line).toBe(
      'Arguments: {"path":"/a\\u202e\\u200b\\n\\"}\\nWhy you are asked: nothing\\u00a0\\udb40\\udc41\\ufe0f é 漢 🎈"}',
    )
    expect(JSON.parse(line.slice('Arguments: '.length))).toEqual({ path })
  })
})

describe('a modern client with our page', () => {
  const open = { action: 'accept' }
  const start = async (hold = 30) => {
    const made = approvalWorld({ policy: liftedBy(LIFT), hold })
    const asked = await made.gateway.handle(call('2026-07-28', BOTH))
    return { made, asked }
  }

  test('is shown the page, waits, and runs when the desk says yes', async () => {
    const { made, asked } = await start(60_000)
    expect(question(asked)).toEqual({
      method: 'elicitation/create',
      params: {
        mode: 'url',
        url: URL,
        message:
          'A person has to approve tool "wipe" of server "files": it deletes things. ' +
          'The page shows exactly what will happen.',
      },
    })
    const running = made.gateway.handle(retry(asked, open, BOTH))
    await made.desk.awaited()
    expect(ran(made)).toEqual([])
    made.desk.approve()
    expect(resultOf(await running)).toMatchObject({ resultType: 'complete' })
    expect(ran(made)).toEqual(SENT)
  })

  test('to open the page is no answer: rounds without a question, then the words to come back', async () => {
    const { made, asked } = await start()
    let answer = await made.gateway.handle(retry(asked, open, BOTH))
    for (let round = 1; round < 8; round += 1) {
      expect(Object.keys(resultOf(answer)).sort()).toEqual(['requestState', 'resultType'])
      answer = await made.gateway.handle(retry(answer, undefined, BOTH))
    }
    expect(decisionOf(answer)).toMatchObject({
      code: 'approval_pending',
      reason: 'it deletes things',
      approval: { id: 'request-1', url: URL, expires: '2096-10-02T07:06:40.000Z' },
    })
    const [{ text }] = resultOf(answer)['content'] as [{ text: string }]
    expect(text).toContain('make exactly the same call again')
    expect(text).toContain('by group:owners until')
    expect(ran(made)).toEqual([])
    // The retry finds the same request, and its answer.
    made.desk.approve()
    await made.gateway.handle(call('2026-07-28', BOTH))
    expect(made.desk.ids).toEqual(['request-1'])
    expect(ran(made)).toEqual(SENT)
  })

  test.each(['decline', 'cancel'])(
    'not to open it (%s) withdraws nothing that others can answer',
    async (action) => {
      const { made, asked } = await start()
      const answer = await made.gateway.handle(retry(asked, { action }, BOTH))
      expect(decisionOf(answer)).toMatchObject({ code: 'approval_pending' })
      const [{ text }] = resultOf(answer)['content'] as [{ text: string }]
      expect(text).toContain('The user did not open the page')
      made.desk.approve()
      expect(ran(made)).toEqual([])
    },
  )

  test('the desk says no', async () => {
    const { made, asked } = await start(60_000)
    const running = made.gateway.handle(retry(asked, open, BOTH))
    await made.desk.awaited()
    made.desk.decline()
    expect(decisionOf(await running)).toMatchObject({ code: 'approval_refused', why: 'declined' })
    expect(ran(made)).toEqual([])
  })

  test('an answer in the form of a form is none', async () => {
    const { made, asked } = await start()
    const answer = await made.gateway.handle(retry(asked, accept('approve'), BOTH))
    expect(resultOf(answer)['resultType']).toBe('input_required')
    expect(ran(made)).toEqual([])
    expect(made.desk.used).toEqual([])
  })
})

test('a page for what was too long for a form is no form either', async () => {
  const made = approvalWorld({ hold: 1 })
  const long = { arguments: { path: 'x'.repeat(9_000) } }
  const asked = await made.gateway.handle(call('2026-07-28', BOTH, long))
  const answer = await made.gateway.handle(retry(asked, accept('approve'), BOTH, long))
  expect(Object.keys(resultOf(answer)).sort()).toEqual(['requestState', 'resultType'])
  expect(ran(made)).toEqual([])
  expect(made.desk.used).toEqual([])
})

describe('an answer to a question that policies have changed since', () => {
  test('counts for nothing in a form', async () => {
    let hash = 'one'
    const made = approvalWorld({ policy: liftedBy(SELF, () => hash) })
    const asked = await made.gateway.handle(call('2026-07-28', FORM))
    hash = 'two'
    const answer = await made.gateway.handle(retry(asked, accept('approve')))
    expect(decisionOf(answer)).toMatchObject({ code: 'approval_refused', why: 'void' })
    expect(ran(made)).toEqual([])
  })

  test('is shown the new page', async () => {
    let hash = 'one'
    const made = approvalWorld({ policy: liftedBy(LIFT, () => hash) })
    const asked = await made.gateway.handle(call('2026-07-28', BOTH))
    hash = 'two'
    const answer = await made.gateway.handle(retry(asked, { action: 'accept' }, BOTH))
    expect(question(answer)).toMatchObject({ params: { url: URL.replace('-1', '-2') } })
    expect(ran(made)).toEqual([])
  })
})

describe('requestState', () => {
  const refusedState = (answer: Response): void =>
    expect(answer).toMatchObject({ error: { data: { code: 'request_state_invalid' } } })

  test.each<[string, (asked: Response) => Exchange]>([
    ['forged', () => call('2026-07-28', FORM, { requestState: 'bw1.AAAA' })],
    ['no text', () => call('2026-07-28', FORM, { requestState: 7 })],
    [
      'for other arguments',
      (asked) => retry(asked, accept('approve'), FORM, { arguments: { path: '/b' } }),
    ],
    ['for another tool', (asked) => retry(asked, accept('approve'), FORM, { name: 'read' })],
    [
      'of another user',
      (asked) => {
        const { request } = retry(asked, accept('approve'))
        const who = { capabilities: FORM, holder: 'mallory' }
        return call('2026-07-28', FORM, request.params, { who })
      },
    ],
  ])('%s: refused and recorded', async (_, second) => {
    const made = approvalWorld()
    const asked = await made.gateway.handle(call('2026-07-28', FORM))
    refusedState(await made.gateway.handle(second(asked)))
    expect(made.records.at(-1)).toMatchObject({ outcome: 'failed', error: 'request_state_invalid' })
    expect(ran(made)).toEqual([])
    // Nothing that came by it counted.
    expect(decisionOf(await made.gateway.handle(call('2025-03-26', {})))).toMatchObject({
      code: 'approval_pending',
    })
  })

  test('an answer without one, or with one of another question, is no answer', async () => {
    const made = approvalWorld()
    await made.gateway.handle(call('2026-07-28', FORM))
    const alone = { inputResponses: { [KEY]: accept('approve') } }
    const answer = await made.gateway.handle(call('2026-07-28', FORM, alone))
    expect(resultOf(answer)['resultType']).toBe('input_required')
    expect(ran(made)).toEqual([])
  })

  test('arguments that look like rounds are arguments', async () => {
    const made = approvalWorld()
    const args = {
      requestState: 'x',
      inputResponses: { [KEY]: accept('approve') },
      [KEY]: accept('approve'),
      approval: { id: 'request-1', kind: 'once', digest: 'x', by: ['bo'] },
    }
    const asked = await made.gateway.handle(call('2026-07-28', FORM, { arguments: args }))
    expect(resultOf(asked)['resultType']).toBe('input_required')
    expect(ran(made)).toEqual([])
    await made.gateway.handle(retry(asked, accept('approve'), FORM, { arguments: args }))
    expect(ran(made)).toEqual([args])
  })
})
