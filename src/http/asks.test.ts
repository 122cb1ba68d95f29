import { expect, test } from 'vitest'
import type { Message } from '../mcp/message.ts'
import { createAsks } from './asks.ts'

const never = new AbortController().signal

test('resolves with the answer to its own id only', async () => {
  const asks = createAsks()
  const sent: Message[] = []
  const first = asks.ask('ping', undefined, never, (message) => sent.push(message))
  const second = asks.ask('roots/list', {}, never, (message) => sent.push(message))
  expect(sent).toEqual([
    { kind: 'request', id: 1, method: 'ping', params: undefined },
    { kind: 'request', id: 2, method: 'roots/list', params: {} },
  ])
  asks.answer({ kind: 'result', id: 7, result: { wrong: true } })
  asks.answer({ kind: 'result', id: '1', result: { wrong: true } })
  asks.answer({ kind: 'result', id: 2, result: { roots: [] } })
  asks.answer({ kind: 'error', id: 1, error: { code: -32601, message: 'no' } })
  expect(await second).toEqual({ kind: 'result', id: 2, result: { roots: [] } })
  expect(await first).toMatchObject({ kind: 'error', id: 1 })
})

test('an abort rejects, and tells the client', async () => {
  const asks = createAsks()
  const sent: Message[] = []
  const abort = new AbortController()
  const asked = asks.ask('elicitation/create', {}, abort.signal, (message) => sent.push(message))
  abort.abort()
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' })
  expect(sent[1]).toEqual({
    kind: 'notification',
    method: 'notifications/cancelled',
    params: { requestId: 1 },
  })
})

test('the end rejects what waits, and what comes later', async () => {
  const asks = createAsks()
  const asked = asks.ask('ping', {}, never, () => {})
  asks.end()
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' })
  await expect(asks.ask('ping', {}, never, () => {})).rejects.toMatchObject({ code: 'cancelled' })
})

test('a client is not asked without bound', async () => {
  const asks = createAsks()
  const asked = Array.from({ length: 64 }, () => asks.ask('ping', {}, never, () => {}))
  await expect(asks.ask('ping', {}, never, () => {})).rejects.toMatchObject({
    code: 'too_many_requests',
  })
  asks.end()
  await Promise.allSettled(asked)
})
