import { expect, test } from 'vitest'
import { joinName, splitName } from '../catalog/names.ts'
import { undecidedFlow } from './flow/lists.ts'
import { NO_FLOW } from './flow/no-flow.ts'
import type { Relay } from './relay.ts'
import { roof } from './roof.ts'
import { OWNER } from './testing/fakes.ts'
import { ask, testCatalog } from './testing/world.ts'

const tools = Array.from({ length: 1_001 }, (_, index) => ({
  name: `read_${index}`,
  inputSchema: { type: 'object' },
}))
const refuse = () => Promise.reject(new Error('not used'))
const relay: Relay = {
  dispatch: refuse,
  forward: refuse,
  ask: async () => ({ kind: 'result', id: 1, result: { tools } }),
}

test("a subject that begins many lists gives up its own, not another's", async () => {
  let id = 0
  const all = roof({
    flow: undecidedFlow({ flow: NO_FLOW, now: Date.now }),
    virtual: new Map(),
    relay,
    catalog: testCatalog(),
    recheck: { current: refuse },
    visible: () => true,
    servers: ['files'],
    names: { join: joinName, split: splitName },
    now: () => 0,
    randomId() {
      id += 1
      return `id${id}`
    },
  })
  const list = async (subject: string, cursor?: string): Promise<unknown> => {
    const who = { subject: { ...OWNER, id: subject as typeof OWNER.id } }
    const params = cursor === undefined ? {} : { cursor }
    const answer = await all.list(ask('2025-11-25', 'all', 'tools/list', params, { who }), 'tools')
    return answer.kind === 'result' ? answer.result['nextCursor'] : undefined
  }
  const first = String(await list('alice'))
  const greedy: string[] = []
  for (let count = 0; count < 200; count += 1) greedy.push(String(await list('mallory')))
  expect(await list('alice', first)).toBeUndefined()
  await expect(list('mallory', greedy[0])).rejects.toMatchObject({ code: 'params_invalid' })
  expect(await list('mallory', greedy.at(-1))).toBeUndefined()
  // All together are bounded, too.
  for (let count = 0; count < 100; count += 1) await list(`subject ${count}`)
  await expect(list('alice', first)).rejects.toMatchObject({ code: 'params_invalid' })
})
