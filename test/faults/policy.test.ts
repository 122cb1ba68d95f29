import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { startGateway } from '../support/gateway.ts'
import { callTool } from './client.ts'
import { command } from './command.ts'
import { until } from './processes.ts'

const POLICIES = `
@id("all")
permit (principal, action, resource);

@id("not-too-much")
forbid (principal, action, resource) when { context.args.amount > 10 };
`

test('a policy that cannot be evaluated denies, and is named to the caller and in the record', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-policy-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'policies'))
  writeFileSync(join(folder, 'policies', 'amount.cedar'), POLICIES)
  const upstream = await startRecordingUpstream()
  onTestFinished(upstream.stop)
  const gateway = await startGateway(
    { target: { transport: 'http', url: upstream.url } },
    { policies: [join(folder, 'policies/')] },
  )
  onTestFinished(gateway.stop)
  const pay = (args: Readonly<Record<string, string | number>>) =>
    callTool(gateway, 'target', 'echo', { message: 'pay', ...args })

  expect(await pay({ amount: 5 })).toMatchObject({ body: { result: { resultType: 'complete' } } })
  expect(upstream.taken()).toHaveLength(1)
  for (const args of [{}, { amount: 'five' }]) {
    const { code, requestId, body } = await pay(args)
    expect(code).toBe('policy_denied')
    expect(JSON.stringify(body)).toContain('not-too-much')
    const { stdout } = await command(gateway.dataDir, 'calls', 'show', String(requestId), '--json')
    expect(JSON.parse(stdout)).toMatchObject({ decision: 'deny', outcome: 'denied' })
    expect(stdout).toContain('not-too-much')
  }
  expect(upstream.taken()).toEqual([])
})

test('policies follow their files while the gateway runs; broken ones change nothing, and say so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-policy-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'policies', 'all.cedar')
  mkdirSync(join(folder, 'policies'))
  const permit = '@id("all") permit (principal, action, resource);'
  writeFileSync(file, permit)
  const upstream = await startRecordingUpstream()
  onTestFinished(upstream.stop)
  const gateway = await startGateway(
    { target: { transport: 'http', url: upstream.url } },
    { policies: [join(folder, 'policies/')] },
  )
  onTestFinished(gateway.stop)
  const code = async (): Promise<unknown> =>
    (await callTool(gateway, 'target', 'echo', { message: 'x' })).code

  expect(await code()).toBeUndefined()
  writeFileSync(file, `${permit} @id("no") forbid (principal, action, resource in Server::"target"`)
  await until(() => gateway.child.output().includes('POLICIES NOT LOADED'))
  expect(gateway.child.output()).toContain('all.cedar:1:')
  expect(await code()).toBeUndefined()
  writeFileSync(file, '@id("no") forbid (principal, action, resource in Server::"target");')
  await until(async () => (await code()) === 'policy_denied')
  rmSync(file)
  await until(() => gateway.child.output().split('POLICIES NOT LOADED').length === 3)
  expect(await code()).toBe('policy_denied')
  writeFileSync(file, permit)
  await until(async () => (await code()) === undefined)
}, 60_000)
