import type { Endorsement, FlowContextView } from '../../kernel/flow.ts'
import type { FlowDesk } from '../ports.ts'

/** What tests vouch for, so that it can be looked for where it must not be. */
export const VOUCHED = 'marked-value-2c9e'
const START = 1_790_000_000_000

/** What there is, and what was asked. */
export const atFlow = { open: [] as FlowContextView[], asked: [] as unknown[] }

function context(id: string, principal: readonly string[], used: number): FlowContextView {
  return {
    ...{ id, principal: JSON.stringify(principal), client: 'app', grant: 'g-1', opened: START },
    ...{ used, expires: used + 1_000, readUntrusted: id !== 'x-3', readConfidential: false },
    ...{ classes: ['personal'], complete: true, answers: 3, size: 900 },
  }
}

/** Ann's, one in which a bot acts for her, one of a bot of hers, and Eve's. */
export function resetFlow(): void {
  atFlow.asked = []
  atFlow.open = [
    context('x-1', ['user', 'ann'], START + 1),
    context('x-2', ['user', 'ann', 'bot'], START + 2),
    context('x-3', ['agent', 'bot'], START + 3),
    context('x-4', ['user', 'eve'], START + 4),
  ]
}

const ENDORSED: Endorsement = {
  ...{ context: 'x-1', value: VOUCHED, by: 'user:ann', reason: 'she asked for it', at: START },
}

/** A book of contexts in memory. */
export const flow: FlowDesk = {
  contexts: async (principal) =>
    atFlow.open.filter((one) => principal === undefined || one.principal === principal),
  end: async (...asked) => {
    atFlow.asked.push(['end', ...asked])
    const before = atFlow.open.length
    atFlow.open = atFlow.open.filter(({ id }) => id !== asked[0])
    return atFlow.open.length < before
  },
  endorse: async (...asked) => {
    atFlow.asked.push(['endorse', ...asked])
    const [id, value, by, reason] = asked
    return { context: id, value, by, reason, at: START }
  },
  endorsements: async (id) => (id === 'x-3' ? [] : [{ ...ENDORSED, context: id }]),
}
