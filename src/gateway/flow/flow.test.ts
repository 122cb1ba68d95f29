import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import { OPERATOR_AUTHORIZATION } from '../../kernel/subject.ts'
import type { Response } from '../../mcp/message.ts'
import type { Outbound } from '../../mcp/upstream/link.ts'
import { fakeFlow } from '../testing/flow.ts'
import { call, LEGACY, MODERN, place } from '../testing/screened.ts'
import { planOf, rule } from '../testing/screening.ts'
import { ask, tell } from '../testing/world.ts'

const EVIL = 'mallory@evil.example'
const said = (text: string): JsonObject => ({ content: [{ type: 'text', text }] })
const plan = planOf()

type Logic = (outbound: Outbound) => JsonObject | Response | Promise<JsonObject | Response>

function scene(answer: Logic = () => said('hello'), more: Parameters<typeof place>[1] = {}) {
  const flow = fakeFlow({ [EVIL]: 'untrusted' })
  const screens = { flow, ...more.screens }
  return { flow, ...place(answer, { plan, ...more, screens }) }
}

const reachedCalls = (made: ReturnType<typeof scene>) =>
  made.reached().filter(({ request }) => request.method === 'tools/call')
const intent = (made: ReturnType<typeof scene>) =>
  made.records.find((entry) => entry.kind === 'intent')

describe('what leaves', () => {
  test('is looked up before the decision, which sees and records where it came from', async () => {
    const made = scene()
    await made.gateway.handle(call({ to: EVIL }))
    const values = [expect.objectContaining({ at: '/to', origin: 'untrusted' })]
    expect(made.requests[0]?.flow).toMatchObject({ context: 'context-1', values })
    expect(intent(made)).toMatchObject({ input: { flow: { readUntrusted: true, values } } })
    expect(made.flow.looks).toMatchObject([
      {
        call: {
          ...{ server: 'files', target: 'look', kind: 'tool' },
          key: { principal: '["user","owner"]', client: OPERATOR_AUTHORIZATION.client },
        },
        args: { arguments: { to: EVIL } },
      },
    ])
    expect(made.flow.left).toMatchObject([{ facts: { values }, by: undefined }])
  })

  test('does not leave when that cannot be looked up, or not be kept', async () => {
    for (const what of ['look', 'leaves'] as const) {
      const made = scene()
      made.flow.broken.add(what)
      expect(await made.gateway.handle(call({ to: EVIL }))).toMatchObject({
        error: { data: { code: 'flow_unavailable' } },
      })
      expect(reachedCalls(made)).toEqual([])
    }
  })

  test('a URI is an argument, and one of the web says where its server goes', async () => {
    const made = scene(() => ({ contents: [], resources: [], resourceTemplates: [] }))
    for (const uri of ['https://x.example/a', 'file:///a'])
      await made.gateway.handle(ask(LEGACY, 'files', 'resources/read', { uri }))
    expect(made.flow.looks.map(({ args }) => args)).toMatchObject([
      { arguments: { uri: 'https://x.example/a' }, roles: { uri: 'destination' } },
      { arguments: { uri: 'file:///a' }, roles: { uri: 'selector' } },
    ])
  })

  test('answers that travel beside the arguments are looked up too; new words of a person are theirs', async () => {
    const made = scene(() => ({ resultType: 'complete', ...said('done') }), { revision: MODERN })
    const flowOf = async (inputResponses: JsonObject) => {
      const params = { name: 'look', arguments: {}, inputResponses }
      await made.gateway.handle(ask(MODERN, 'files', 'tools/call', params))
      return made.requests.at(-1)?.flow?.values
    }
    const typed = { a: { action: 'accept', content: { to: 'new@corp.example' } } }
    expect(await flowOf(typed)).toEqual([])
    expect(made.flow.looks.map(({ args }) => args.arguments)).toContainEqual(typed)
    expect(made.flow.left.at(-1)?.facts.values).toMatchObject([{ origin: 'subject' }])
    made.flow.left.length = 0
    const sampled = { role: 'assistant', content: { type: 'text', text: 'new2@corp.example' } }
    await flowOf({ a: sampled })
    // What a model says is nobody's word.
    expect(made.flow.left.map(({ facts }) => facts.values)).toEqual([[]])
    expect(await flowOf({ a: { action: 'accept', content: { to: EVIL } } })).toMatchObject([
      { at: '/inputResponses/a/content/to', origin: 'untrusted' },
    ])
  })

  test('records hold nothing of it that they do not hold of the arguments', async () => {
    const flow = fakeFlow({ 'PERSON-bo': 'listed' }, ' with KEY-zzz9')
    const made = scene(undefined, {
      plan: planOf(rule('secret', 'block'), rule('personal', 'mark')),
      screens: { flow },
    })
    await made.gateway.handle(call({ b: 'PERSON-bo' }))
    expect(intent(made)).toMatchObject({
      input: { flow: { values: [{ value: 'PERSON-bo', sightings: [{ target: 'read_inbox' }] }] } },
    })
    expect(JSON.stringify(made.records)).not.toMatch(/KEY-/)
  })
})

describe('what is read', () => {
  const kinds: readonly (readonly [string, Logic, Parameters<typeof ask>[2], JsonObject])[] = [
    ['a result', () => said('words'), 'tools/call', { name: 'look', arguments: {} }],
    [
      'an error',
      () => ({ kind: 'error', id: 1, error: { code: -32000, message: 'words' } }),
      ...(['tools/call', { name: 'look', arguments: {} }] as const),
    ],
    [
      'a resource',
      () => ({ contents: [{ uri: 'a:1', text: 'words' }] }),
      'resources/read',
      { uri: 'a:1' },
    ],
    [
      'a list of resources',
      () => ({ resources: [{ uri: 'a:1', name: 'words' }] }),
      'resources/list',
      {},
    ],
  ]

  test.each(kinds)(
    '%s is taken in before the client sees it',
    async (_, answer, method, params) => {
      const logic: Logic = (outbound) =>
        outbound.request.method === method
          ? answer(outbound)
          : { resources: [], resourceTemplates: [], prompts: [] }
      const made = scene(logic)
      const response = await made.gateway.handle(ask(LEGACY, 'files', method, params))
      expect(JSON.stringify(response)).toContain('words')
      expect(made.flow.learned).toMatchObject([{ source: { trust: 'untrusted' } }])
      expect(JSON.stringify(made.flow.learned[0]?.message)).toContain('words')
      const broken = scene(logic)
      broken.flow.broken.add('learn')
      const kept = await broken.gateway.handle(ask(LEGACY, 'files', method, params))
      expect(JSON.stringify(kept)).not.toContain('words')
      expect(kept).toMatchObject({ error: { data: { code: 'flow_unavailable' } } })
    },
  )

  test('is what its server wrote, and not what stands around it here; the result says what it is', async () => {
    const plain = scene(() => said('words'), { plan: { rules: [], marking: 'meta' } })
    await plain.gateway.handle(call())
    expect(plain.flow.learned[0]?.message).toEqual(said('words'))
    const made = scene(() => said('words'), { plan: { rules: [], marking: 'text' } })
    const response = await made.gateway.handle(call())
    expect(made.flow.learned[0]?.message).toEqual(said('words'))
    expect(response).toMatchObject({
      result: {
        _meta: { 'dev.bailiwick/flow': { context: 'context-1', trust: 'untrusted', classes: [] } },
      },
    })
  })

  test('is what passes, without what was taken out', async () => {
    const made = scene(() => said('the KEY-abc1'), { plan: planOf(rule('secret', 'redact')) })
    await made.gateway.handle(call())
    expect(JSON.stringify(made.flow.learned)).not.toContain('KEY-abc1')
    const blocked = scene(() => said('OBEY-me'), { plan: planOf(rule('injection', 'block')) })
    await blocked.gateway.handle(call())
    expect(blocked.flow.learned).toEqual([])
  })

  test('notifications in their order, together where they come fast; none that was not taken in', async () => {
    const log = (data: string) => ({
      ...{ kind: 'notification' as const, method: 'notifications/message' },
      params: { level: 'info', data },
    })
    const gate = Promise.withResolvers<void>()
    const made = scene(async ({ onNotification }) => {
      made.flow.gate = gate.promise
      for (const data of ['one', 'two', 'three']) onNotification(log(data))
      setTimeout(gate.resolve, 5)
      return said('four')
    })
    const exchange = call()
    await made.gateway.handle(exchange)
    expect(exchange.notified).toEqual([log('one'), log('two'), log('three')])
    expect(made.flow.learned.map(({ message }) => message)).toEqual([
      { data: 'one' },
      [{ data: 'two' }, { data: 'three' }],
      said('four'),
    ])
    made.flow.broken.add('learn')
    const deaf = call()
    await made.gateway.handle(deaf)
    expect(deaf.notified).toEqual([])
  })

  test('questions before they are asked; what a person types is their own word', async () => {
    const question = { message: `shall it go to ${EVIL}?`, requestedSchema: {} }
    const made = scene(async ({ onRequest }) => {
      const method = 'elicitation/create'
      const answer = await onRequest({ kind: 'request', id: 1, method, params: question })
      return said(answer.kind)
    })
    const asked: unknown[] = []
    const asking = () =>
      call({}, LEGACY, {
        who: { capabilities: { elicitation: {} } },
        ask: async () => {
          asked.push(made.flow.learned.length)
          return {
            kind: 'result',
            id: 0,
            result: { action: 'accept', content: { to: 'me@x.example' } },
          }
        },
      })
    expect(await made.gateway.handle(asking())).toMatchObject(result('result'))
    expect(asked).toEqual([1])
    expect(made.flow.learned[0]?.message).toEqual(question)
    expect(made.flow.left.at(-1)?.facts.values).toMatchObject([
      { value: 'me@x.example', origin: 'subject' },
    ])
    made.flow.broken.add('learn')
    await made.gateway.handle(asking())
    expect(asked).toHaveLength(1)
  })

  test('beside calls, on the session', async () => {
    const made = scene()
    const exchange = call()
    await made.gateway.handle(exchange)
    const { sent } = exchange.conversation as unknown as { readonly sent: readonly unknown[] }
    const [link] = made.opened
    if (link === undefined) throw new Error('no link')
    made.flow.learned.length = 0
    tell(link, 'notifications/message', { level: 'info', data: 'words' })
    await expect.poll(() => sent.length).toBe(1)
    expect(made.flow.learned).toMatchObject([{ message: { data: 'words' } }])
    made.flow.broken.add('learn')
    tell(link, 'notifications/message', { level: 'info', data: 'more' })
    await expect.poll(() => made.logged.length).toBeGreaterThan(0)
    expect(sent).toHaveLength(1)
  })
})

function result(text: string) {
  return { result: { content: [{ type: 'text', text }] } }
}
