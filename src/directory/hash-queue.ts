import { GatewayError } from '../kernel/errors.ts'

/** Runs work that needs much memory: a few at once, some waiting in turn, the rest refused. */
export interface HashQueue {
  /** @throws GatewayError `too_many_requests` when too many wait already. */
  run<T>(work: () => Promise<T>): Promise<T>
}

export interface HashQueueOptions {
  /** At once. Each takes a thread of the pool that the disk needs, too. */
  readonly running: number
  readonly waiting: number
}

export function hashQueue({ running, waiting }: HashQueueOptions): HashQueue {
  const turns: (() => void)[] = []
  let busy = 0
  return {
    async run(work) {
      if (busy < running) busy += 1
      else if (turns.length < waiting) await new Promise<void>((turn) => turns.push(turn))
      else throw new GatewayError('too_many_requests', 'too many logins at once')
      try {
        return await work()
      } finally {
        const next = turns.shift()
        // The place goes on to the next one; nobody can come between.
        if (next === undefined) busy -= 1
        else next()
      }
    },
  }
}
