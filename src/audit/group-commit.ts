import { GatewayError } from '../kernel/errors.ts'

export interface GroupCommitOptions<T> {
  /** Makes a batch durable, whole or not at all. Never called while another call runs. */
  readonly write: (batch: readonly T[]) => Promise<void>
  /** Items in one batch at most. */
  readonly maxBatch: number
  /** Items that wait at most; the next is refused. */
  readonly maxWaiting: number
  /** Milliseconds that an item added `soon` waits for company. */
  readonly soon: number
  /** Milliseconds after which a write that does not end fails its batch and all that wait. */
  readonly timeout: number
}

/** Writes items in batches: while one batch is written, the next gathers. */
export interface GroupCommit<T> {
  /**
   * Resolves when the item is durable; rejects with `audit_unavailable`. `now` starts a batch at
   * the end of this turn of the event loop; `soon` rides along with others for a moment.
   */
  add(item: T, when: 'now' | 'soon'): Promise<void>
  /** Writes all that waits; resolves when everything added before has settled. Never rejects. */
  flush(): Promise<void>
  /** Flushes; every later `add` is refused. */
  close(): Promise<void>
}

interface Waiting<T> {
  readonly item: T
  readonly resolve: () => void
  readonly reject: (error: GatewayError) => void
}

/** Starts with nothing to write, and holds neither timer nor connection while idle. */
export function groupCommit<T>(options: GroupCommitOptions<T>): GroupCommit<T> {
  const waiting: Waiting<T>[] = []
  let urgent = false
  let writing = false
  let closed = false
  /** A write has been running for longer than the timeout: nothing may queue up behind it. */
  let stuck = false
  let scheduled: NodeJS.Immediate | undefined
  let timer: NodeJS.Timeout | undefined
  const idle: (() => void)[] = []

  const schedule = () => {
    if (writing || scheduled !== undefined || waiting.length === 0) return
    // An immediate runs after all the input of this turn was read, so what came together goes
    // into one batch.
    if (urgent || waiting.length >= options.maxBatch) scheduled = setImmediate(writeBatch)
    else timer ??= setTimeout(writeBatch, options.soon)
  }

  const giveUp = (batch: readonly Waiting<T>[]) => {
    stuck = true
    const error = unavailable(new Error(`no answer within ${options.timeout} ms`))
    for (const { reject } of [...batch, ...waiting.splice(0)]) reject(error)
    for (const resolve of idle.splice(0)) resolve()
  }

  const writeBatch = async () => {
    clearImmediate(scheduled)
    clearTimeout(timer)
    scheduled = undefined
    timer = undefined
    const batch = waiting.splice(0, options.maxBatch)
    urgent &&= waiting.length > 0
    writing = true
    const late = setTimeout(giveUp, options.timeout, batch)
    await settle(batch, options.write)
    clearTimeout(late)
    stuck = false
    writing = false
    if (waiting.length === 0) for (const resolve of idle.splice(0)) resolve()
    schedule()
  }

  const flush = async () => {
    if (stuck || (!writing && waiting.length === 0)) return
    urgent = true
    schedule()
    await new Promise<void>((resolve) => idle.push(resolve))
  }

  const add = (item: T, when: 'now' | 'soon') => {
    if (closed) return refuse('the recorder is closed')
    if (stuck || waiting.length >= options.maxWaiting) return refuse('too many records are waiting')
    return new Promise<void>((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (when === 'now') urgent = true
      schedule()
    })
  }

  const close = () => {
    closed = true
    return flush()
  }

  return { add, flush, close }
}

function refuse(reason: string): Promise<never> {
  return Promise.reject(unavailable(new Error(reason)))
}

async function settle<T>(
  batch: readonly Waiting<T>[],
  write: GroupCommitOptions<T>['write'],
): Promise<void> {
  try {
    await write(batch.map(({ item }) => item))
    for (const { resolve } of batch) resolve()
  } catch (cause) {
    const error = unavailable(cause)
    for (const { reject } of batch) reject(error)
  }
}

/** The failure that callers of the recorder see, whatever failed. */
export function unavailable(cause: unknown): GatewayError {
  if (cause instanceof GatewayError && cause.code === 'audit_unavailable') return cause
  return new GatewayError('audit_unavailable', 'the call cannot be recorded', {
    cause,
    detail: cause instanceof Error ? cause.message : String(cause),
  })
}
