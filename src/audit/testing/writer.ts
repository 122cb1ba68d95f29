import { randomUUID } from 'node:crypto'
import { openStore, type StoreOptions } from '../../store/store.ts'
import { openRecorder } from '../audit.ts'
import { intentOf, outcomeOf } from './entries.ts'

/**
 * A process that records under load until it is killed. Each line on its standard output is the id
 * of a call whose intent was acknowledged as durable. Arguments: a JSON of `WriterOptions`.
 */
export interface WriterOptions {
  readonly store: StoreOptions
  readonly headFile: string
  /** Distinguishes the calls of this process. */
  readonly name: string
}

const CONCURRENCY = 32

const options: WriterOptions = JSON.parse(String(process.argv[2]))
const store = await openStore(options.store)
const recorder = await openRecorder({
  store,
  headFile: options.headFile,
  clock: Date.now,
  randomId: () => randomUUID(),
  excerpt: { maxBytes: 64, redact: [] },
  input: { maxBytes: 16_384, redact: [] },
  onHeadError: () => {},
})

let count = 0
async function record(): Promise<void> {
  for (;;) {
    count += 1
    const call = `${options.name}-${count}`
    await recorder.record(intentOf(call))
    process.stdout.write(`${call}\n`)
    recorder.record(outcomeOf(call)).catch(() => process.exit(1))
    await new Promise(setImmediate)
  }
}
await Promise.all(Array.from({ length: CONCURRENCY }, record))
