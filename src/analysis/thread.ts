import { Worker } from 'node:worker_threads'
import { GatewayError } from '../kernel/errors.ts'
import type { AnalysisSubject, Facts } from '../kernel/facts.ts'
import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import type { Resolver } from './analyser.ts'
import type { Analysis } from './analysis.ts'
import type { FromThread, ToThread } from './thread-worker.ts'

export interface ThreadOptions {
  /** Analyses what is small: most calls are, and none of them waits for a large one. */
  readonly here: Analysis
  readonly resolver: Resolver
  /** Milliseconds for a large call, with those before it. */
  readonly timeout: number
}

/** Analysis with an end. */
export interface OpenAnalysis extends Analysis {
  close(): Promise<void>
}

/** Characters of text up to which arguments are small: a few milliseconds of work at worst, as a rule. */
const SMALL = 8_192
/** Large calls that may wait. */
const MAX_WAITING = 32
const MEMORY = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32 }

/** Seen from the sources and from what is built of them. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './thread-worker.ts' : './thread-worker.js',
  import.meta.url,
)

interface Waiting {
  readonly resolve: (facts: Facts) => void
  readonly reject: (error: GatewayError) => void
  readonly timer: NodeJS.Timeout
}

/**
 * Analyses large arguments in a thread of their own: what a caller sends may take a second to read,
 * and must not hold up anybody else. A thread that is too slow is ended, its calls are denied, and
 * the next large call starts another one.
 */
export function analysisWithThread({ here, resolver, timeout }: ThreadOptions): OpenAnalysis {
  const waiting = new Map<number, Waiting>()
  let thread: Worker | undefined
  let last = 0

  const fail = (why: string): void => {
    const ended = thread
    thread = undefined
    for (const [id, { reject, timer }] of waiting) {
      clearTimeout(timer)
      waiting.delete(id)
      reject(unavailable(why))
    }
    void ended?.terminate()
  }
  const hear = (from: Worker, message: FromThread): void => {
    if (message.kind === 'resolve') {
      const { question, host } = message
      const tell = (addresses: readonly string[]): void =>
        from.postMessage({ kind: 'addresses', question, addresses } satisfies ToThread)
      resolver.resolve(host).then(tell, () => tell([]))
      return
    }
    const asked = waiting.get(message.id)
    if (asked === undefined) return
    waiting.delete(message.id)
    clearTimeout(asked.timer)
    if (message.kind === 'facts') asked.resolve(message.facts)
    else asked.reject(unavailable(message.why))
  }
  const start = (): Worker => {
    const started = new Worker(WORKER, { resourceLimits: MEMORY })
    const lost = (why: string) => (): void => {
      if (thread === started) fail(why)
    }
    started.on('message', (message: FromThread) => hear(started, message))
    started.once('error', lost('the thread failed'))
    started.once('exit', lost('the thread ended'))
    // A call that waits keeps the process alive by its timer.
    started.unref()
    thread = started
    return started
  }
  const analyseThere = (subject: AnalysisSubject, args: JsonObject): Promise<Facts> => {
    if (waiting.size >= MAX_WAITING)
      return Promise.reject(unavailable('too many large calls are waiting'))
    last += 1
    const id = last
    const { promise, resolve, reject } = Promise.withResolvers<Facts>()
    const timer = setTimeout(() => fail('it took too long'), timeout)
    waiting.set(id, { resolve, reject, timer })
    const work = { kind: 'analyse', id, subject, args } satisfies ToThread
    ;(thread ?? start()).postMessage(work)
    return promise
  }
  return {
    analyse: (subject, args) =>
      isLarge(args) ? analyseThere(subject, args) : here.analyse(subject, args),
    async close() {
      const ended = thread
      fail('shutting down')
      await ended?.terminate()
    },
  }
}

/** Whether there is more text, names included, than is read at once. Stops when it knows. */
function isLarge(args: JsonObject): boolean {
  let size = 0
  const waiting: Json[] = [args]
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    size += typeof value === 'string' ? value.length : 1
    const inner = partsOf(value)
    if (size + waiting.length + inner.length > SMALL) return true
    waiting.push(...inner)
  }
  return false
}

function partsOf(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value
  if (!isObject(value)) return []
  const members = Object.values(value).filter((member) => member !== undefined)
  return [...Object.keys(value), ...members]
}

function unavailable(detail: string): GatewayError {
  return new GatewayError('analysis_unavailable', 'the arguments could not be analysed', { detail })
}
