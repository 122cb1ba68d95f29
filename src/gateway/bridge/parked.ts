import { isObject, type JsonObject } from '../../kernel/json.ts'
import type { Clock, RandomId } from '../../kernel/ports.ts'
import type { Notification, Request, RequestId, Response } from '../../mcp/message.ts'

/** What a modern client learns next of a call that runs at a legacy server. */
export type Turn =
  | { readonly kind: 'asked'; readonly inputRequests: JsonObject }
  | { readonly kind: 'answered'; readonly response: Response }

/**
 * One call at a legacy server whose questions a modern client answers in rounds. Between rounds no
 * request of the client is open: the call waits here.
 */
export interface ParkedCall {
  /** Resolves with the server's open questions, or its answer. Rejects when the call failed. */
  next(): Promise<Turn>
  /** Takes the client's answers. What they leave open is asked again. */
  reply(responses: JsonObject): void
  /** Where notifications go from now on: the round that is open. */
  attach(notify: (notification: Notification) => void): void
  readonly abort: AbortController
  /** Resolves when the server has answered, or never will. */
  readonly done: Promise<unknown>
}

/** What a call needs to reach the client while it runs. */
export interface Round {
  readonly signal: AbortSignal
  readonly notify: (notification: Notification) => void
  readonly ask: (request: Request) => Promise<Response>
  /** The server takes back the question of this id. */
  readonly withdraw: (id: RequestId) => void
}

interface Question {
  readonly key: string
  readonly request: Request
  readonly resolve: (response: Response) => void
}

/** Starts a call that can be parked. */
export function parkedCall(run: (round: Round) => Promise<Response>): ParkedCall {
  const abort = new AbortController()
  const questions = new Map<string, Question>()
  let asked = 0
  let over = false
  let notify: (notification: Notification) => void = () => undefined
  let wake: () => void = () => undefined

  const answer = run({
    signal: abort.signal,
    notify: (notification) => notify(notification),
    ask(request) {
      const { promise, resolve } = Promise.withResolvers<Response>()
      asked += 1
      const key = `ask-${asked}`
      questions.set(key, { key, request, resolve })
      wake()
      return promise
    },
    withdraw(id) {
      for (const { key, request, resolve } of questions.values()) {
        if (request.id !== id) continue
        questions.delete(key)
        resolve({ kind: 'error', id, error: { code: -32603, message: 'taken back' } })
      }
    },
  })
  // Nobody listens between rounds; the next round sees the failure.
  const end = (): void => {
    over = true
  }
  const done = answer.then(end, end)

  return {
    abort,
    done,
    attach(to) {
      notify = to
    },
    async next() {
      for (;;) {
        if (!over && questions.size > 0) return { kind: 'asked', inputRequests: listed(questions) }
        const waiting = new Promise<undefined>((resolve) => {
          wake = () => resolve(undefined)
        })
        const response = await Promise.race([answer, waiting])
        if (response) return { kind: 'answered', response }
      }
    },
    reply(responses) {
      for (const { key, request, resolve } of questions.values()) {
        const result = Object.hasOwn(responses, key) ? responses[key] : undefined
        if (!isObject(result)) continue
        questions.delete(key)
        resolve({ kind: 'result', id: request.id, result })
      }
    },
  }
}

function listed(questions: ReadonlyMap<string, Question>): JsonObject {
  const requests = [...questions.values()].map(({ key, request: { method, params } }) => [
    key,
    { method, params: params ?? {} },
  ])
  return Object.fromEntries(requests)
}

/** Calls that wait for a client's next round: each taken once, bounded in number and time. */
export interface ParkedCalls {
  /**
   * Keeps a call and gives its unguessable name. When there are too many, the owner's oldest is
   * given up, or the oldest of all.
   */
  put(call: ParkedCall, owner: string): string
  /** Takes a call out. Undefined when it was taken, has expired or never was. */
  take(id: string): ParkedCall | undefined
  /** Gives up all calls. */
  close(): void
}

interface ParkedOptions {
  readonly now: Clock
  readonly randomId: RandomId
  /** Calls at once, over all owners. */
  readonly limit: number
  /** Calls at once of one owner: who parks many gives up his own, not another's. */
  readonly limitEach: number
  /** Milliseconds that a call waits for the next round. */
  readonly patience: number
}

interface Kept {
  readonly call: ParkedCall
  readonly owner: string
  readonly expires: number
}

/** Makes the place where calls are parked. */
export function parkedCalls({
  now,
  randomId,
  limit,
  limitEach,
  patience,
}: ParkedOptions): ParkedCalls {
  const calls = new Map<string, Kept>()
  const giveUp = (id: string): void => {
    calls.get(id)?.call.abort.abort()
    calls.delete(id)
  }
  const sweep = (): void => {
    const time = now()
    // In the order of their coming, and so of their expiry.
    for (const [id, { expires }] of calls) {
      if (expires > time && calls.size <= limit) break
      giveUp(id)
    }
  }
  const trim = (owner: string): void => {
    const own = [...calls].filter(([, kept]) => kept.owner === owner)
    for (const [id] of own.slice(0, -limitEach)) giveUp(id)
  }
  const timer = setInterval(sweep, Math.max(1_000, patience / 10)).unref()
  return {
    put(call, owner) {
      const id = randomId()
      calls.set(id, { call, owner, expires: now() + patience })
      trim(owner)
      sweep()
      return id
    },
    take(id) {
      sweep()
      const kept = calls.get(id)
      calls.delete(id)
      return kept?.call
    },
    close() {
      clearInterval(timer)
      for (const id of [...calls.keys()]) giveUp(id)
    },
  }
}
