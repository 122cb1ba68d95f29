import { expect, test } from 'vitest'
import type { Notification, Request } from '../message.ts'
import { META } from '../revision.ts'
import { createMultiplex } from './multiplex.ts'
import { outbound } from './testing/kit.ts'

function modern() {
  const sent: { readonly id?: number; readonly method: string; readonly params: object }[] = []
  const heard: Notification[] = []
  const asked: Request[] = []
  const multiplex = createMultiplex({
    server: 's',
    era: 'modern',
    listener: {
      onNotification: (notification) => heard.push(notification),
      onRequest: (request) => {
        asked.push(request)
        return new Promise(() => {})
      },
    },
    send: (text) => sent.push(JSON.parse(text)),
  })
  const note = (method: string, params: Notification['params'] = {}) =>
    multiplex.receive({ kind: 'notification', method, params })
  const listen = (got: Notification[]) =>
    multiplex.request(
      outbound(
        { era: 'modern' },
        'subscriptions/listen',
        { notifications: {} },
        {
          timeout: Number.POSITIVE_INFINITY,
          onNotification: (notification) => got.push(notification),
        },
      ),
    )
  return { multiplex, sent, heard, asked, note, listen }
}

const tag = (id: unknown) => ({ _meta: { [META.subscriptionId]: id as number } })

test('two subscriptions on one channel hear each its own, under its own id', async () => {
  const { sent, note, listen, heard } = modern()
  const got: [Notification[], Notification[]] = [[], []]
  const ends = got.map(listen)
  const [first, second] = sent.map(({ id }) => id)
  note('notifications/tools/list_changed', tag(second))
  note('notifications/resources/updated', tag(first))
  note('notifications/tools/list_changed', tag(4711))
  expect(got.map((notes) => notes.map(({ method }) => method))).toEqual([
    ['notifications/resources/updated'],
    ['notifications/tools/list_changed'],
  ])
  expect(heard).toEqual([])
  note('notifications/cancelled', { requestId: first as number })
  const ended = await ends[0]
  expect(ended).toEqual({
    kind: 'result',
    id: expect.stringMatching(/^call-/),
    result: { resultType: 'complete', _meta: { [META.subscriptionId]: ended?.id } },
  })
  expect(got[0]?.[0]?.params).toMatchObject(tag(ended?.id))
})

test('a subscription that the server answers carries the id of its caller inside, too', async () => {
  const { multiplex, sent, listen } = modern()
  const end = listen([])
  const id = Number(sent[0]?.id)
  const result = { resultType: 'complete', ...tag(id) }
  multiplex.receive({ kind: 'result', id, result, resultText: JSON.stringify(result) })
  const answer = await end
  expect(answer).toEqual({
    kind: 'result',
    id: answer.id,
    result: { resultType: 'complete', ...tag(answer.id) },
  })
})

test('only a subscription can be ended by the server', () => {
  const { multiplex, sent, note } = modern()
  let settled = false
  const end = () => {
    settled = true
  }
  multiplex.request(outbound({ era: 'modern' }, 'tools/call')).then(end, end)
  note('notifications/cancelled', { requestId: Number(sent[0]?.id) })
  expect(settled).toBe(false)
  multiplex.end(new Error('over'))
})

test('a modern server is not heard when it asks, and logs go where one is asked for', () => {
  const { multiplex, asked, heard, note } = modern()
  multiplex.receive({ kind: 'request', id: 1, method: 'sampling/createMessage', params: {} })
  expect(asked).toEqual([])
  const got: Notification[] = []
  const call = (params: Request['params'] & object, onNotification: (n: Notification) => void) =>
    multiplex
      .request(outbound({ era: 'modern' }, 'tools/call', params, { onNotification }))
      .catch(() => {})
  void call({}, () => expect.unreachable())
  void call({ _meta: { [META.logLevel]: 'info' } }, (n) => got.push(n))
  note('notifications/message', { data: 1 })
  void call({ _meta: { [META.logLevel]: 'info' } }, () => expect.unreachable())
  note('notifications/message', { data: 2 })
  expect(got.map(({ params }) => params?.['data'])).toEqual([1])
  expect(heard.map(({ params }) => params?.['data'])).toEqual([2])
  multiplex.end(new Error('over'))
})
