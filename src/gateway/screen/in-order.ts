/** Messages that may take time to be looked at, and still go on in the order in which they came. */
export interface InOrder {
  /** Runs `step` when all before it are done: at once where none is under way. False: there is no room. */
  push(step: () => void | Promise<void>): boolean
  /** Whether nothing is under way. */
  idle(): boolean
  /** Resolves when all that came before are done. */
  settled(): Promise<void>
}

/**
 * Makes it. A step that fails does not hold up the next.
 *
 * @param most steps that may wait
 * @param failed told of what a step threw
 */
export function inOrder(most: number, failed: (cause: unknown) => void): InOrder {
  let waiting = 0
  let last: Promise<void> | undefined
  const run = (step: () => void | Promise<void>): void | Promise<void> => {
    try {
      const done = step()
      return done instanceof Promise ? done.catch(failed) : undefined
    } catch (cause) {
      return failed(cause)
    }
  }
  const follow = (done: Promise<void>): void => {
    waiting += 1
    const tail = done.then(() => {
      waiting -= 1
      if (last === tail) last = undefined
    })
    last = tail
  }
  return {
    push(step) {
      if (last === undefined) {
        const done = run(step)
        if (done instanceof Promise) follow(done)
        return true
      }
      if (waiting >= most) return false
      follow(last.then(() => run(step)))
      return true
    },
    idle: () => last === undefined,
    async settled() {
      await last
    },
  }
}
