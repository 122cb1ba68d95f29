import { afterAll, beforeAll, expect, test } from 'vitest'
import { hostileServer, TRICKS } from '../../src/playground/hostile/hostile.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { type Host, openHost } from './host.ts'

// Honest definitions with poisoned answers. What nobody can see is taken out by default; what can be read is
// passed with a label, for much of it is only written about attacks: what it leads to is for policies.

let gateway: RunningGateway
let host: Host
beforeAll(async () => {
  const servers = { news: hostileServer('poisoned-output') }
  gateway = await startGateway(servers, { policies: undefined })
  host = await openHost(gateway)
}, 90_000)
afterAll(async () => {
  await host?.close()
  await gateway?.stop()
})

const call = (name: string) => host.client.callTool({ name: `news__${name}`, arguments: {} })

test('its tools are listed, for nothing is wrong with their definitions', async () => {
  expect(await host.tools()).toHaveLength(4)
})

test('hidden text is taken out of a result', async () => {
  const result = await call('get_notice')
  expect(JSON.stringify(result)).toContain('Low water is at six.')
  for (const text of TRICKS['poisoned-output'].poison) expect(host.wire()).not.toContain(text)
})

test.each(['get_article', 'get_failure'])(
  '%s: orders are labelled, and the result says whence it comes',
  async (name) => {
    const { _meta, content } = await call(name)
    expect(JSON.stringify(content)).toContain('Ignore all previous instructions')
    expect(JSON.stringify(_meta)).toContain('injection')
    expect(JSON.stringify((await call('get_lamps'))._meta ?? {})).not.toContain('injection')
  },
)
