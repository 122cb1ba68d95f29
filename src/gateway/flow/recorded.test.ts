import { expect, test } from 'vitest'
import type { FlowCall } from '../../kernel/flow.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { fakeFlow } from '../testing/flow.ts'
import { recordedFlow } from './recorded.ts'

const CALL = { call: 'c' } as unknown as FlowCall

async function recorded(args: JsonObject, shown: JsonObject) {
  const book = fakeFlow({ hunter2: 'untrusted', bob: 'untrusted' }, ', not to hunter2')
  const facts = await book.look(CALL, { arguments: args, inputSchema: undefined, roles: {} })
  return recordedFlow(facts, args, shown, async (texts) => texts)
}

test('what records hide of the arguments is hidden, wherever it stood', async () => {
  const args = { list: ['hunter2'], to: 'bob' }
  const flow = await recorded(args, { list: ['[secret]'], to: 'bob' })
  expect(JSON.stringify(flow)).not.toContain('hunter2')
  expect(flow.values).toMatchObject([
    { at: '/list/0', value: '[redacted]', origin: 'untrusted', role: 'destination' },
    { at: '/to', value: 'bob', origin: 'untrusted' },
  ])
})

test('what hides nothing changes nothing; what stands elsewhere goes with what is hidden', async () => {
  const args = { to: 'bob' }
  expect((await recorded(args, args)).values[0]?.sightings[0]?.quote).toContain('hunter2')
  const flow = await recorded({ to: 'hunter2', other: 'x' }, {})
  expect(JSON.stringify(flow)).not.toContain('hunter2')
})
