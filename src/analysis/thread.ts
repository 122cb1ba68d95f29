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
/** Characters of text that may wait, over all large calls: some of them, or thousands of lesser ones. */
const MAX_WAITING = 64 * 1_048_576
const MEMORY = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 16 }

/** Seen from the sources and from what is built of them. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './thread-worker.ts' : './thread-worker.js',
  import.meta.url,
)

interface Waiting {
  readonly size: number
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
  let size = 0

  const forget = (id: number, asked: Waiting): void => {
    waiting.delete(id)
    size -= asked.size
    clearTimeout(asked.timer)
  }
  const fail = (why: string): void => {
    const ended = thread
    thread = undefined
    for (const [id, asked] of waiting) {
      forget(id, asked)
      asked.reject(unavailable(why))
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
    forget(message.id, asked)
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
    const own = sizeOf(args, Number.POSITIVE_INFINITY)
    if (size + own > MAX_WAITING)
      return Promise.reject(unavailable('too many large calls are waiting'))
    size += own
    last += 1
    const id = last
    const { promise, resolve, reject } = Promise.withResolvers<Facts>()
    const timer = setTimeout(() => fail('it took too long'), timeout)
    waiting.set(id, { size: own, resolve, reject, timer })
    const work = { kind: 'analyse', id, subject, args } satisfies ToThread
    ;(thread ?? start()).postMessage(work)
    return promise
  }
  return {
    analyse: (subject, args) =>
      sizeOf(args, SMALL) > SMALL ? analyseThere(subject, args) : here.analyse(subject, args),
    async close() {
      const ended = thread
      fail('shutting down')
      await ended?.terminate()
    },
  }
}

/** How much text there is, names and values together; more than `enough` is not counted. */
function sizeOf(args: JsonObject, enough: number): number {
  let size = 0
  const waiting: Json[] = [args]
  for (let value = waiting.pop(); value !== undefined && size <= enough; value = waiting.pop()) {
    size += typeof value === 'string' ? value.length + 1 : 1
    for (const part of partsOf(value)) waiting.push(part)
    if (size + waiting.length > enough) return size + waiting.length
  }
  return size
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
