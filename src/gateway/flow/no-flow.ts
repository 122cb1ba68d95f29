import type { FlowBook } from '../../kernel/flow.ts'

/** Nobody keeps what was read: nothing is known of any value, and nothing is said of any answer. */
export const NO_FLOW: FlowBook = {
  look: async () => ({
    context: '',
    readUntrusted: false,
    readConfidential: false,
    classes: [],
    complete: true,
    values: [],
    carries: [],
  }),
  leaves: async () => undefined,
  learn: async ({ call }, { trust, reads }) => ({
    context: '',
    origin: call,
    trust,
    classes: [...reads],
  }),
  contexts: async () => [],
  end: async () => false,
  endorse: async () => undefined,
  endorsements: async () => [],
  close: async () => undefined,
}
