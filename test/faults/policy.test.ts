import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startUnderPolicies } from '../support/policies.ts'
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
  const { gateway, upstream } = await startUnderPolicies({ 'amount.cedar': POLICIES })
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
  const permit = '@id("all") permit (principal, action, resource);'
  const { gateway, folder } = await startUnderPolicies({ 'all.cedar': permit })
  const file = join(folder, 'all.cedar')
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
