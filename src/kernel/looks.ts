/** Repeated looks at what other processes may have changed. */
export interface Looks {
  /** Looks now, after a look that is under way. Rejects as the look does; the next one is made all the same. */
  now(): Promise<void>
  /** Makes no more looks, and waits for the last one. */
  close(): Promise<void>
}

export interface LooksOptions {
  readonly look: () => Promise<void>
  /** Milliseconds between two looks. */
  readonly every: number
  /** What is said when looks begin to fail, and when they succeed again. */
  readonly lost: string
  readonly found: string
  readonly log: (message: string, cause?: unknown) => void
}

/** Looks once, rejecting as that does, and then again and again: a look that fails is said once. */
export async function startLooks({ look, every, lost, found, log }: LooksOptions): Promise<Looks> {
  let isLost = false
  let last: Promise<void> = Promise.resolve()
  const now = (): Promise<void> => {
    const next = last.then(look, look)
    last = next.catch(() => undefined)
    return next
  }
  const again = (): Promise<void> =>
    now().then(
      () => {
        if (isLost) log(found)
        isLost = false
      },
      (cause: unknown) => {
        if (!isLost) log(lost, cause)
        isLost = true
      },
    )
  await now()
  let running = false
  const timer = setInterval(() => {
    // A slow database is not asked faster than it answers.
    if (running) return
    running = true
    void again().finally(() => {
      running = false
    })
  }, every).unref()
  return {
    now,
    async close() {
      clearInterval(timer)
      await last
    },
  }
}
