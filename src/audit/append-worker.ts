import { parentPort, workerData } from 'node:worker_threads'
import { openStore, type StoreOptions } from '../store/store.ts'
import { appendSqlite } from './append-sqlite.ts'
import type { Head, MarkedDraft } from './chain.ts'

/** What the thread is started with. */
export interface AppendWork {
  readonly options: Extract<StoreOptions, { kind: 'sqlite' }>
  /** The newest head that is known: the chain must contain it. */
  readonly known: Head
}

/** What it answers to each batch. */
export type AppendAnswer =
  | { readonly kind: 'head'; readonly head: Head }
  | { readonly kind: 'failed'; readonly detail: string }

// The thread's whole life: batches come one at a time and are answered in order; `close` ends it.
const port = parentPort
const { options, known } = workerData as AppendWork
const store = await openStore({ ...options, sync: 'here' })
const append = appendSqlite(store.db, known)
port?.on('message', async (message: readonly MarkedDraft[] | 'close') => {
  if (message === 'close') {
    await store.close()
    port.close()
    return
  }
  port.postMessage(await answer(message))
})

async function answer(drafts: readonly MarkedDraft[]): Promise<AppendAnswer> {
  try {
    return { kind: 'head', head: await append(drafts) }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return { kind: 'failed', detail }
  }
}
