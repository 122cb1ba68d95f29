import type { JsonObject } from '../../kernel/json.ts'
import type { Clock, RandomId } from '../../kernel/ports.ts'
import type { Notification, Request, Response } from '../../mcp/message.ts'

/** What a modern client learns next of a call that runs at a legacy server. */
export type Turn =
  | {
      readonly kind: 'asked'
      readonly key: string
      readonly method: string
      readonly params: JsonObject
    }
  | { readonly kind: 'answered'; readonly response: Response }

/**
 * One call at a legacy server whose questions a modern client answers in rounds. Between rounds no
 * request of the client is open: the call waits here.
 */
export interface ParkedCall {
  /** Resolves with the server's next question, or its answer. */
  next(): Promise<Turn>
  /** Takes the client's answers; false when there is none for the open question. */
  reply(responses: JsonObject): boolean
  /** Where notifications go from now on: the round that is open. */
  attach(notify: (notification: Notification) => void): void
  readonly abort: AbortController
}

interface Question {
  readonly key: string
  readonly request: Request
  readonly resolve: (response: Response) => void
}

/** Starts a call that can be parked. `run` gets what the link needs to reach the client. */
export function parkedCall(
  run: (
    signal: AbortSignal,
    notify: (notification: Notification) => void,
    ask: (request: Request) => Promise<Response>,
  ) => Promise<Response>,
): ParkedCall {
  const abort = new AbortController()
  const questions: Question[] = []
  let asked = 0
  let notify: (notification: Notification) => void = () => undefined
  let wake: () => void = () => undefined

  const ask = (request: Request): Promise<Response> => {
    const { promise, resolve } = Promise.withResolvers<Response>()
    asked += 1
    questions.push({ key: `ask-${asked}`, request, resolve })
    wake()
    return promise
  }
  const answer = run(abort.signal, (notification) => notify(notification), ask)
  // Nobody listens between rounds; the next round sees the failure.
  answer.catch(() => undefined)

  return {
    abort,
    attach(to) {
      notify = to
    },
    async next() {
      const waiting = new Promise<undefined>((resolve) => {
        wake = () => resolve(undefined)
        if (questions.length > 0) wake()
      })
      const response = await Promise.race([answer, waiting])
      if (response) return { kind: 'answered', response }
      const [question] = questions
      if (!question) return { kind: 'answered', response: await answer }
      const { key, request } = question
      return { kind: 'asked', key, method: request.method, params: request.params ?? {} }
    },
    reply(responses) {
      const [question] = questions
      const result = question && responses[question.key]
      if (!question || typeof result !== 'object' || result === null || Array.isArray(result))
        return false
      questions.shift()
      question.resolve({ kind: 'result', id: question.request.id, result: result as JsonObject })
      return true
    },
  }
}

/** Calls that wait for a client's next round: each taken once, bounded in number and time. */
export interface ParkedCalls {
  /** Keeps a call and gives its unguessable name. The oldest is given up when there are too many. */
  put(call: ParkedCall): string
  /** Takes a call out. Undefined when it was taken, has expired or never was. */
  take(id: string): ParkedCall | undefined
  /** Gives up all calls. */
  close(): void
}

export function parkedCalls(options: {
  readonly now: Clock
  readonly randomId: RandomId
  readonly limit: number
  /** Milliseconds that a call waits for the next round. */
  readonly patience: number
}): ParkedCalls {
  const calls = new Map<string, { readonly call: ParkedCall; readonly expires: number }>()
  const giveUp = (id: string): void => {
    calls.get(id)?.call.abort.abort()
    calls.delete(id)
  }
  const sweep = (): void => {
    const now = options.now()
    for (const [id, { expires }] of calls) {
      if (expires > now && calls.size <= options.limit) break
      giveUp(id)
    }
  }
  const timer = setInterval(sweep, Math.max(1_000, options.patience / 10)).unref()
  return {
    put(call) {
      const id = options.randomId()
      calls.set(id, { call, expires: options.now() + options.patience })
      sweep()
      return id
    },
    take(id) {
      sweep()
      const entry = calls.get(id)
      calls.delete(id)
      return entry?.call
    },
    close() {
      clearInterval(timer)
      for (const id of [...calls.keys()]) giveUp(id)
    },
  }
}
