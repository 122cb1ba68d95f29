import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RecordingUpstream, startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { runNode } from '../support/child.ts'
import { bailiwick, type RunningGateway, startGateway } from '../support/gateway.ts'
import { browserOf, setUpOwner } from '../support/owner.ts'

let gateway: RunningGateway
let upstream: RecordingUpstream

beforeAll(async () => {
  upstream = await startRecordingUpstream()
  gateway = await startGateway({ target: { transport: 'http', url: upstream.url } })
  await setUpOwner(gateway)
}, 60_000)
afterAll(async () => {
  await gateway.stop()
  await upstream.stop()
})

const run = (env: Readonly<Record<string, string>>, ...args: readonly string[]) =>
  runNode(bailiwick(...args, '--data-dir', gateway.dataDir), { env })

describe('a program of this machine', () => {
  test('signs in once, with a key of its own', async () => {
    const { code, stdout } = await run(browserOf(gateway), 'login', 'target', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      resource: `${gateway.issuer}/mcp/target`,
      scopes: ['read', 'offline_access'],
    })
    const folder = join(gateway.dataDir, 'logins')
    const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777)
    expect(modes).toEqual([0o600])
  })

  test('is not asked again, and signs out here and at the gateway', async () => {
    const { code, output } = await run({ BROWSER: '/bin/false' }, 'logout')
    expect(output).toContain('forgotten')
    expect(code).toBe(0)
    expect(existsSync(join(gateway.dataDir, 'logins'))).toBe(false)
  })
})
