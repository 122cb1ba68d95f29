import { Worker } from 'node:worker_threads'
import type { AppendAnswer, AppendWork } from './append-worker.ts'
import type { Head, MarkedDraft } from './chain.ts'
import type { Append } from './head.ts'

/** Appends elsewhere, with an end. */
export interface OpenAppend {
  readonly append: Append
  close(): Promise<void>
}

/** Megabytes of JavaScript memory: a batch at a time fits many times over. */
const MEMORY = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 }

/** Seen from the sources and from what is built of them. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './append-worker.ts' : './append-worker.js',
  import.meta.url,
)

/**
 * Appends to a SQLite chain in a thread with a connection of its own: SQLite works synchronously,
 * and what it takes to write and to checkpoint would hold up every call in flight. A thread that
 * dies fails its batch; the next batch starts a new one, from the last head that was answered.
 */
export function appendInThread(options: AppendWork['options'], floor: Head): OpenAppend {
  let known = floor
  let worker: Worker | undefined

  const start = (): Worker => {
    const started = new Worker(WORKER, {
      workerData: { options, known } satisfies AppendWork,
      resourceLimits: MEMORY,
    })
    started.once('exit', () => {
      if (worker === started) worker = undefined
    })
    // Whoever waits for a batch hears of it too; between batches nobody has to.
    started.on('error', () => {})
    // It must not keep the process alive by itself; a batch in flight does, by its caller's timer.
    started.unref()
    worker = started
    return started
  }
  const append: Append = async (drafts) => {
    const answer = await ask(worker ?? start(), drafts)
    if (answer.kind === 'failed') throw new Error(answer.detail)
    known = answer.head
    return answer.head
  }
  return {
    append,
    async close() {
      const last = worker
      if (last === undefined) return
      const gone = new Promise<void>((resolve) => last.once('exit', () => resolve()))
      last.ref()
      last.postMessage('close')
      await gone
    },
  }
}

function ask(worker: Worker, drafts: readonly MarkedDraft[]): Promise<AppendAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
    }
    const onMessage = (answer: AppendAnswer): void => {
      settle()
      resolve(answer)
    }
    const onError = (cause: unknown): void => {
      settle()
      reject(new Error('the thread that writes records failed', { cause }))
    }
    const onExit = (): void => onError(undefined)
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
    worker.postMessage(drafts)
  })
}
