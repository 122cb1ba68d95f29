import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { connect, KINDS } from './approvals-clients.ts'
import { approvalScene } from './approvals-scene.ts'

const CLIENT = 3_000
const HUMAN = 5_000

const scene = approvalScene('45s')

test.each(KINDS)('%s: a client that hears of progress waits in one call', async (kind) => {
  const path = `/${randomUUID()}`
  const calling = await connect(kind, scene(), { form: {}, url: {} }, () => ({ action: 'accept' }))
  onTestFinished(calling.close)
  let heard = 0
  const onprogress = (): void => {
    heard += 1
  }
  const running = calling.call('ask_bo', path, {
    timeout: CLIENT,
    resetTimeoutOnProgress: true,
    onprogress,
  })
  await sleep(HUMAN)
  await scene().answer('approve')
  expect(await running).toEqual({ isError: false, text: 'called' })
  expect(heard).toBeGreaterThan(1)
})

test('a call that its client gave up is there for the next one', async () => {
  const path = `/${randomUUID()}`
  const calling = await connect('v1', scene(), undefined, () => ({ action: 'cancel' }))
  onTestFinished(calling.close)
  await expect(calling.call('ask_bo', path, { timeout: 500 })).rejects.toThrow('timed out')
  await scene().answer('approve')
  expect(scene().upstream.all.filter(({ text }) => text.includes(path))).toEqual([])
  expect(await calling.call('ask_bo', path)).toEqual({ isError: false, text: 'called' })
})
