import { expect, test } from 'vitest'
import { flowPage } from '../../scripts/flow-page.ts'
import type { Passed } from '../../src/cli/redteam/judge.ts'
import type { Report, Tally } from '../../src/cli/redteam/tally.ts'

const TALLY: Tally = {
  suite: 'loom',
  attacks: { of: 7, executed: 2, unread: 1, stopped: 5, read: 3 },
  benign: { of: 9, unprompted: 6, once: 2, more: 0, blocked: 1, mostOfOneCall: 1 },
}
const RUN = { suite: 'loom', task: 'cloth', arguments: { to: 'the words of others' } }
const CALL: Passed = {
  ...{ ...RUN, injection: 'rags', tool: 'send|`cloth`', effects: ['send'], opens: false },
  ...{ policies: ['people-act'], unread: ['read_order', 'read_order'] },
  values: [
    {
      ...{ at: '/to', role: 'destination', value: 'the words of others', origin: 'untrusted' },
      sightings: [
        {
          ...{ call: 'c', server: 'loom', target: 'read_order', field: '/note', likeness: 'same' },
          quote: 'the words of others, quoted',
        },
      ],
    },
  ],
}
const REPORT: Report = {
  ...{ policies: ['balanced', 'flow'], approves: 'task', total: { ...TALLY, suite: 'all' } },
  ...{ suites: [TALLY], droppedNulls: 0, approvedByHand: ['loom:weave'], stoppedBy: {} },
  ...{ misses: [CALL, CALL], reads: [{ ...CALL, tool: 'read_order' }] },
  prompts: [
    { ...RUN, tool: 'weave', policies: ['asks'], reasons: ['it asks'], values: CALL.values },
  ],
  blocked: [
    { ...RUN, tool: 'dye', reached: false, code: 'policy_denied', policies: ['no'], reason: 'r' },
  ],
}

test('names every miss and every prompt with its reason, and repeats no recorded text', () => {
  const page = flowPage([REPORT, { ...REPORT, approves: 'nothing' }])
  expect(page.match(/^### Policies `balanced`, `flow`$/gm)).toHaveLength(2)
  expect(page).toContain('| loom | 7 | 2 (1 unread) | 5 | 3 | 9 | 6 | 2 | 0 | 1 | 1 |')
  const origin = '`/to` destination, untrusted from `read_order` `/note`'
  expect(page).toContain(
    `- loom cloth rags: \`send\\|cloth\` (send): ${origin}; permitted by \`people-act\`; the agent never got the answers of \`read_order\` (2 times)`,
  )
  expect(page).toContain(`- loom cloth: \`weave\`: \`asks\`: it asks: ${origin}\n`)
  expect(page).toContain('- loom cloth: `dye`: it did not reach its server: `no`')
  expect(page).toContain('- loom: `read_order`, 1 times')
  expect(page).not.toContain('words of others')
})
