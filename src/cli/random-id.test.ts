import { expect, test } from 'vitest'
import { randomIds } from './random-id.ts'

test('ids are 128 random bits behind the time, and none comes twice', () => {
  const randomId = randomIds()
  const before = Date.now()
  const ids = Array.from({ length: 5_000 }, randomId)
  expect(new Set(ids.map((id) => id.split('-').slice(1).join('-'))).size).toBe(5_000)
  for (const id of ids) {
    const [time = '', ...random] = id.split('-')
    expect(Number.parseInt(time, 36)).toBeGreaterThanOrEqual(before)
    expect(Buffer.from(random.join('-'), 'base64url')).toHaveLength(16)
  }
})
