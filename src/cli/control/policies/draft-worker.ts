import { parentPort } from 'node:worker_threads'
import { type ErrorCode, GatewayError } from '../../../kernel/errors.ts'
import type { JsonObject } from '../../../kernel/json.ts'
import { DRAFT_TASKS, type DraftTask } from './draft-tasks.ts'

/** What the thread is asked, one thing at a time. */
export interface ToDraftThread {
  readonly task: DraftTask
  readonly question: unknown
}

export type FromDraftThread =
  | { readonly kind: 'done'; readonly answer: unknown }
  | {
      readonly kind: 'refused'
      readonly code: ErrorCode
      readonly message: string
      readonly data: JsonObject
    }
  | { readonly kind: 'failed'; readonly why: string }

const port = parentPort

port?.on('message', async ({ task, question }: ToDraftThread) => {
  port.postMessage(await answer(task, question))
})

async function answer(task: DraftTask, question: unknown): Promise<FromDraftThread> {
  try {
    return { kind: 'done', answer: await DRAFT_TASKS[task](question as never) }
  } catch (error) {
    if (!(error instanceof GatewayError))
      return { kind: 'failed', why: error instanceof Error ? String(error.stack) : String(error) }
    const { code, message, data = {} } = error
    return { kind: 'refused', code, message, data: JSON.parse(JSON.stringify(data)) }
  }
}
