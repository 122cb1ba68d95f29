import { expect, test } from 'vitest'
import { type Flip, groupsBy, sinceOf } from './flips.ts'

const flip = (more: Partial<Flip>): Flip => ({
  ...{ from: 'permit', to: 'deny', subject: 'user:ada', target: 'mail:send' },
  ...{ after: ['no-mail'], calls: 1, examples: [] },
  ...more,
})

const FLIPS = [
  flip({ calls: 2 }),
  flip({ calls: 5, subject: 'agent:bot', to: 'ask' }),
  flip({ calls: 4, target: 'mail:read', after: [] }),
]

test('flips stand together by what they have in common, the most calls first', () => {
  const keys = (dimension: Parameters<typeof groupsBy>[1]) =>
    groupsBy(FLIPS, dimension).map(({ key, calls }) => `${key} ${calls}`)
  expect(keys('change')).toEqual(['permit → deny 6', 'permit → ask 5'])
  expect(keys('policy')).toEqual(['no-mail 7', 'no policy 4'])
  expect(keys('tool')).toEqual(['mail:send 7', 'mail:read 4'])
  expect(keys('subject')).toEqual(['user:ada 6', 'agent:bot 5'])
  expect(groupsBy(FLIPS, 'change')[0]?.flips.map(({ calls }) => calls)).toEqual([4, 2])
})

test('a span of time is counted back from now', () => {
  expect(sinceOf('24h', Date.parse('2026-01-02T00:00:00Z'))).toBe('2026-01-01T00:00:00.000Z')
  expect(sinceOf('ever', 0)).toBeUndefined()
})
