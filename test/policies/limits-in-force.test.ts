import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { callTool } from '../faults/client.ts'
import { until } from '../faults/processes.ts'
import { startGateway } from '../support/gateway.ts'

const LIMITS = (most: number): string => `
limits:
  an-hour: { calls: ${most}, every: 1h, kind: window, per: [subject], for: { servers: [target] } }
`

test('200 callers at once against a limit of 37 in the policies: exactly 37 reach the server', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-limits-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'policies'))
  const file = join(folder, 'policies', 'limits.yaml')
  writeFileSync(
    join(folder, 'policies', 'all.cedar'),
    '@id("all") permit (principal, action, resource);',
  )
  writeFileSync(file, LIMITS(37))
  const upstream = await startRecordingUpstream()
  onTestFinished(upstream.stop)
  const gateway = await startGateway(
    { target: { transport: 'http', url: upstream.url } },
    { policies: [join(folder, 'policies/')] },
  )
  onTestFinished(gateway.stop)
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
