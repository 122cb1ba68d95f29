import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { callTool } from '../faults/client.ts'
import { until } from '../faults/processes.ts'
import { startUnderPolicies } from '../support/policies.ts'

const LIMITS = (most: number): string => `
limits:
  an-hour: { calls: ${most}, every: 1h, kind: window, per: [subject], for: { servers: [target] } }
`

test('200 callers at once against a limit of 37 in the policies: exactly 37 reach the server', async () => {
  const { gateway, upstream, folder } = await startUnderPolicies({
    'all.cedar': '@id("all") permit (principal, action, resource);',
    'limits.yaml': LIMITS(37),
  })
  const file = join(folder, 'limits.yaml')
  const call = () => callTool(gateway, 'target', 'echo', { message: 'x' })

  const answers = await Promise.all(Array.from({ length: 200 }, call))
  expect(answers.every(({ status }) => status === 200)).toBe(true)
  expect(answers.filter(({ code }) => code === undefined)).toHaveLength(37)
  expect(answers.filter(({ code }) => code === 'limit_exceeded')).toHaveLength(163)
  expect(upstream.taken()).toHaveLength(37)

  // A higher limit goes on counting where the lower one was.
  writeFileSync(file, LIMITS(40))
  await until(async () => (await call()).code === undefined)
  await Promise.all(Array.from({ length: 20 }, call))
  expect(upstream.taken()).toHaveLength(3)
}, 60_000)
