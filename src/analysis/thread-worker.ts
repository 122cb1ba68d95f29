import { parentPort } from 'node:worker_threads'
import type { AnalysisSubject, Facts } from '../kernel/facts.ts'
import type { JsonObject } from '../kernel/json.ts'
import { ANALYSERS } from './all.ts'
import { createAnalysis } from './analysis.ts'
import { nodeFileView } from './world/file-view.ts'

/** What the thread is told. */
export type ToThread =
  | {
      readonly kind: 'analyse'
      readonly id: number
      readonly subject: AnalysisSubject
      readonly args: JsonObject
    }
  | {
      readonly kind: 'addresses'
      readonly question: number
      readonly addresses: readonly string[]
    }

/** What it says. Names are resolved outside, where it is known which may be. */
export type FromThread =
  | { readonly kind: 'facts'; readonly id: number; readonly facts: Facts }
  | { readonly kind: 'failed'; readonly id: number; readonly why: string }
  | { readonly kind: 'resolve'; readonly question: number; readonly host: string }

const port = parentPort
const say = (message: FromThread): void => port?.postMessage(message)
const questions = new Map<number, (addresses: readonly string[]) => void>()
let asked = 0

const resolve = (host: string): Promise<readonly string[]> =>
  new Promise((answer) => {
    asked += 1
    questions.set(asked, answer)
    say({ kind: 'resolve', question: asked, host })
  })
const { analyse } = createAnalysis({
  analysers: ANALYSERS,
  world: { files: nodeFileView(), resolver: { resolve } },
})

port?.on('message', async (message: ToThread) => {
  if (message.kind === 'addresses') {
    questions.get(message.question)?.(message.addresses)
    questions.delete(message.question)
    return
  }
  const { id, subject, args } = message
  try {
    say({ kind: 'facts', id, facts: await analyse(subject, args) })
  } catch (error) {
    say({ kind: 'failed', id, why: error instanceof Error ? error.message : String(error) })
  }
})
