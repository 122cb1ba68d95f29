import { Worker } from 'node:worker_threads'
import { GatewayError } from '../../../kernel/errors.ts'
import type { DraftAnswer, DraftQuestion, DraftTask } from './draft-tasks.ts'
import type { FromDraftThread, ToDraftThread } from './draft-worker.ts'

/** Looks at policies beside the calls of the gateway. */
export interface DraftThread {
  /**
   * @throws GatewayError `params_invalid` for what takes too long; `too_many_requests` while too much is
   *   asked; as the task.
   */
  ask<Task extends DraftTask>(task: Task, question: DraftQuestion<Task>): Promise<DraftAnswer<Task>>
  close(): Promise<void>
}

/** Milliseconds for one question, and how many wait. */
const PATIENCE = 30_000
const MOST = 8
const MEMORY = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 16 }

/** Seen from the sources and from what is built of them. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './draft-worker.ts' : './draft-worker.js',
  import.meta.url,
)

/**
 * What people write is loaded and looked at in a thread: a megabyte of policies takes minutes, in which no
 * call would be answered. A thread that takes too long is ended, and the next question starts another one.
 */
export function openDraftThread(patience = PATIENCE): DraftThread {
  let thread: Worker | undefined
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let closed = false

  const started = (): Worker => {
    thread ??= new Worker(WORKER, { resourceLimits: MEMORY })
    // A question that waits keeps the process alive by its timer.
    thread.unref()
    return thread
  }
  const end = async (): Promise<void> => {
    const ended = thread
    thread = undefined
    await ended?.terminate()
  }
  const askNow = async (message: ToDraftThread): Promise<FromDraftThread> => {
    if (closed) throw new GatewayError('shutting_down', 'the gateway is shutting down')
    const answer = await heard(started(), message, patience)
    if (answer.kind === 'failed' || answer.kind === 'late') await end()
    if (answer.kind !== 'late') return answer
    throw new GatewayError('params_invalid', `this takes longer than ${patience / 1_000} seconds`)
  }
  return {
    async ask(task, question) {
      if (waiting >= MOST)
        throw new GatewayError('too_many_requests', 'other drafts are looked at; try again')
      waiting += 1
      const mine = last.then(() => askNow({ task, question }))
      last = mine.catch(() => {})
      try {
        return answerIn(await mine) as never
      } finally {
        waiting -= 1
      }
    },
    async close() {
      closed = true
      await end()
      await last
    },
  }
}

function answerIn(heard: FromDraftThread): unknown {
  if (heard.kind === 'done') return heard.answer
  if (heard.kind === 'failed') throw new Error(heard.why)
  const { code, message, data } = heard
  throw new GatewayError(code, message, { data })
}

function heard(
  thread: Worker,
  message: ToDraftThread,
  patience: number,
): Promise<FromDraftThread | { readonly kind: 'late' }> {
  return new Promise((resolve) => {
    const settle = (answer: FromDraftThread | { readonly kind: 'late' }): void => {
      clearTimeout(timer)
      thread.off('message', settle).off('error', onError).off('exit', onExit)
      resolve(answer)
    }
    const onError = (cause: unknown): void => settle({ kind: 'failed', why: String(cause) })
    const onExit = (): void => settle({ kind: 'failed', why: 'the thread ended' })
    const timer = setTimeout(() => settle({ kind: 'late' }), patience)
    thread.on('message', settle).on('error', onError).on('exit', onExit)
    thread.postMessage(message)
  })
}
