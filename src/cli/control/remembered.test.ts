import { expect, test } from 'vitest'
import { remembered } from './remembered.ts'

test('what was made is given again for a time, and what failed is not', async () => {
  let [now, made] = [0, 0]
  const get = remembered(
    async () => {
      made += 1
      if (made === 2) throw new Error('broken')
      return made
    },
    100,
    () => now,
  )
  expect(await Promise.all([get(), get()])).toEqual([1, 1])
  now = 99
  expect(await get()).toBe(1)
  now = 100
  await expect(get()).rejects.toThrow('broken')
  expect(await get()).toBe(3)
})
