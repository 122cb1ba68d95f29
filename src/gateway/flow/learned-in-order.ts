import type { Json } from '../../kernel/json.ts'

/** What is told bit by bit, taken in before it goes on, in the order in which it came. */
export interface LearnedInOrder {
  /** Sends when the words are taken in: at once where there are none, and nothing waits. */
  push(words: Json | undefined, send: () => void): void
  /** Whether nothing waits. */
  idle(): boolean
  /** Resolves when all that came before has gone on, or never will. */
  settled(): Promise<void>
}

interface Told {
  readonly words: Json | undefined
  readonly send: () => void
}

/**
 * Makes it. What comes while something is being taken in is taken in together, so that what streams costs
 * as much as its bytes. What could not be taken in is not sent.
 *
 * @param most messages that may wait; more of them are a flood, and dropped
 * @param failed told of what was not sent, and why
 */
export function learnedInOrder(
  learn: (words: Json) => Promise<unknown>,
  most: number,
  failed: (cause: unknown) => void,
): LearnedInOrder {
  let waiting: Told[] = []
  let running: Promise<void> | undefined
  const sendOne = ({ send }: Told): void => {
    try {
      send()
    } catch (cause) {
      failed(cause)
    }
  }
  const takeIn = async (batch: readonly Told[]): Promise<boolean> => {
    const said = batch.flatMap(({ words }) => (words === undefined ? [] : [words]))
    const [first] = said
    if (first === undefined) return true
    try {
      await learn(said.length === 1 ? first : said)
      return true
    } catch (cause) {
      failed(cause)
      return false
    }
  }
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      const learned = await takeIn(batch)
      for (const told of batch) if (learned || told.words === undefined) sendOne(told)
    }
    running = undefined
  }
  return {
    push(words, send) {
      if (running === undefined && words === undefined) return sendOne({ words, send })
      if (waiting.length >= most) return failed(new Error('too much is told at once'))
      waiting.push({ words, send })
      running ??= drain()
    },
    idle: () => running === undefined,
    async settled() {
      await running
    },
  }
}
