import { expect, test } from 'vitest'
import { sha256 } from '../../kernel/hash.ts'
import { type Known, pinMirror } from './pin-mirror.ts'

const DIGEST = sha256('a definition')
const SEEN: Known = {
  ...{ id: 'x', name: 'add', digest: DIGEST, status: 'quarantined', listed: true },
  ...{ size: 10, version: 1, revision: 1 },
}

test('what is older than what is known says nothing', () => {
  const mirror = pinMirror()
  const list = mirror.list('office', 'tools')
  expect(mirror.put(list, SEEN)).toBe(false)
  expect(mirror.put(list, { ...SEEN, status: 'rejected', version: 2, revision: 3 })).toBe(true)
  for (const revision of [2, 3])
    expect(mirror.put(list, { ...SEEN, status: 'approved', revision })).toBe(false)
  expect(mirror.status('office', 'tools', 'add', DIGEST)).toBe('rejected')
})

test('what waits is counted over all kinds of a server, until it does not', () => {
  const mirror = pinMirror()
  const [tools, prompts] = [mirror.list('office', 'tools'), mirror.list('office', 'prompts')]
  mirror.put(tools, SEEN)
  mirror.put(prompts, { ...SEEN, size: 5 })
  mirror.put(mirror.list('lab', 'tools'), SEEN)
  expect(mirror.waiting('office')).toEqual({ count: 2, size: 15 })
  mirror.put(tools, { ...SEEN, status: 'approved', listed: false, version: 2, revision: 2 })
  expect(mirror.waiting('office')).toEqual({ count: 1, size: 5 })
  expect([tools.listed.size, prompts.listed.size]).toEqual([0, 1])
  mirror.clear(prompts)
  expect(mirror.waiting('office')).toEqual({ count: 0, size: 0 })
  expect(mirror.waiting('nowhere')).toEqual({ count: 0, size: 0 })
})
