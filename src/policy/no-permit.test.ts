import { expect, test } from 'vitest'
import type { ToolEffect } from '../kernel/access.ts'
import { request } from '../kernel/testing/requests.ts'
import { pointOf } from './testing/load.ts'

test.each<readonly [readonly ToolEffect[], string]>([
  [['read'], 'reads data'],
  [['write'], 'changes data'],
  [['read', 'write'], 'reads data and changes data'],
  [['delete'], 'deletes data'],
  [['execute'], 'runs code'],
  [['send'], 'sends data out'],
  [['pay'], 'moves money'],
  [['admin'], 'changes settings or rights'],
  [[], 'does what nobody has classified'],
])('what no policy permits is denied with what it does: %j', (effects, does) => {
  const { decide } = pointOf('@id("a") permit (principal, action == Action::"read", resource);')
  const { determining } = decide(request('call', 'crm', 'tool', { effects }))
  expect(determining.map(({ policy, reason }) => [policy, reason])).toEqual([
    ['no-permit', `\`crm:tool\` ${does}, and no policy permits it`],
  ])
})
