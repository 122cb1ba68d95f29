import { expect, test, vi } from 'vitest'
import { startLooks } from './looks.ts'

test('what fails and what succeeds again is said once', async () => {
  let broken = false
  let made = 0
  const log = vi.fn()
  const look = async (): Promise<void> => {
    made += 1
    if (broken) throw new Error('gone')
  }
  const looks = await startLooks({ look, every: 1, lost: 'lost', found: 'found', log })
  expect(made).toBe(1)
  broken = true
  await vi.waitFor(() => expect(log).toHaveBeenCalledWith('lost', expect.any(Error)))
  const before = made
  await vi.waitFor(() => expect(made).toBeGreaterThan(before + 2))
  expect(log).toHaveBeenCalledTimes(1)
  await expect(looks.now()).rejects.toThrow('gone')
  broken = false
  await vi.waitFor(() => expect(log).toHaveBeenLastCalledWith('found'))
  await looks.close()
  const ended = made
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(made).toBe(ended)
})

test('one look is made after the other', async () => {
  let running = 0
  let most = 0
  const look = async (): Promise<void> => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setTimeout(resolve, 2))
    running -= 1
  }
  const looks = await startLooks({ look, every: 1, lost: '', found: '', log: () => {} })
  await Promise.all(Array.from({ length: 5 }, () => looks.now()))
  await looks.close()
  expect(most).toBe(1)
})

test('a first look that fails is for who begins', async () => {
  const look = () => Promise.reject(new Error('no database'))
  const begun = startLooks({ look, every: 1, lost: '', found: '', log: () => {} })
  await expect(begun).rejects.toThrow('no database')
})
