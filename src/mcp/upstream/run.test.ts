import { describe, expect, test } from 'vitest'
import type { Notification, Response } from '../message.ts'
import type { Outbound } from './link.ts'
import { type Run, startRun } from './run.ts'

const ANSWER: Response = { kind: 'result', id: 1, result: {} }
const NOTE: Notification = { kind: 'notification', method: 'notifications/message', params: {} }

function start(overrides: Partial<Outbound> = {}): { run: Run; log: string[] } {
  const log: string[] = []
  const outbound: Outbound = {
    request: { kind: 'request', id: 'mine', method: 'tools/call', params: undefined },
    signal: new AbortController().signal,
    timeout: 10_000,
    onNotification: ({ method }) => log.push(method),
    onRequest: () => Promise.reject(new Error('asked')),
    ...overrides,
  }
  const run = startRun({
    server: 's',
    id: 1,
    outbound,
    onStop: () => log.push('stop'),
    onSettled: (how) => log.push(how),
  })
  return { run, log }
}

describe('a run', () => {
  test('is answered once, under the id of its caller; then it is deaf', async () => {
    const { run, log } = start()
    run.notify(NOTE)
    run.answer(ANSWER)
    run.answer({ ...ANSWER, result: { late: true } })
    run.fail(new Error('late'))
    run.notify(NOTE)
    expect(await run.promise).toEqual({ kind: 'result', id: 'mine', result: {} })
    expect(log).toEqual(['notifications/message', 'answered'])
  })

  test('stops when its caller gives up', async () => {
    const controller = new AbortController()
    const { run, log } = start({ signal: controller.signal })
    controller.abort()
    run.answer(ANSWER)
    await expect(run.promise).rejects.toMatchObject({ code: 'cancelled' })
    expect(log).toEqual(['stop', 'failed'])
  })

  test('stops at its deadline, unless that is never', async () => {
    const late = start({ timeout: 5 })
    const never = start({ timeout: Number.POSITIVE_INFINITY })
    await expect(late.run.promise).rejects.toMatchObject({
      code: 'upstream_timeout',
      message: 'server `s` did not answer in time',
    })
    expect(late.log).toEqual(['stop', 'failed'])
    expect(never.run.settled()).toBe(false)
    never.run.answer(ANSWER)
    expect(never.log).toEqual(['answered'])
  })

  test('never starts for a caller that gave up before', async () => {
    const { run, log } = start({ signal: AbortSignal.abort() })
    expect(run.settled()).toBe(true)
    await expect(run.promise).rejects.toMatchObject({ code: 'cancelled' })
    expect(log).toEqual(['failed'])
  })

  test('fails when its caller cannot take a notification', async () => {
    const { run } = start({
      onNotification: () => {
        throw new Error('a bug of ours')
      },
    })
    run.notify(NOTE)
    await expect(run.promise).rejects.toMatchObject({ code: 'internal', message: 'internal error' })
  })
})
