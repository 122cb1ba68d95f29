import { expect, test } from 'vitest'
import { hashQueue } from './hash-queue.ts'

test('runs a few at once, lets some wait in turn, refuses the rest, and goes on after failures', async () => {
  const queue = hashQueue({ running: 2, waiting: 3 })
  const ends: (() => void)[] = []
  const order: number[] = []
  let most = 0
  let busy = 0
  const work = (at: number) => async () => {
    order.push(at)
    busy += 1
    most = Math.max(most, busy)
    await new Promise<void>((end) => ends.push(end))
    busy -= 1
    if (at === 1) throw new Error('went wrong')
    return at
  }
  const runs = Array.from({ length: 7 }, (_, at) => queue.run(work(at)))
  const results = Promise.allSettled(runs)
  while (busy > 0) {
    ends.shift()?.()
    await new Promise(setImmediate)
  }
  const said = (await results).map((one) =>
    one.status === 'fulfilled' ? one.value : String(one.reason.code ?? one.reason.message),
  )
  expect(said).toEqual([0, 'went wrong', 2, 3, 4, 'too_many_requests', 'too_many_requests'])
  expect(most).toBe(2)
  expect(order).toEqual([0, 1, 2, 3, 4])
  const free = queue.run(async () => 'free')
  expect(await free).toBe('free')
})
