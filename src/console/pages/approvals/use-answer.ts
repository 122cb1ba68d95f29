import { startAuthentication } from '@simplewebauthn/browser'
import { useCallback, useEffect, useRef, useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { call, type Input } from '../../api/call.ts'
import { reread } from '../../api/queries.ts'
import { isUncertain } from './answer-faults.ts'
import type { Request } from './deed.ts'
import { type Outcome, outcomeOf, type Verdict } from './outcome.ts'

/** What a person answers. */
export interface Answer {
  readonly verdict: Verdict
  readonly comment: string
  readonly pattern?: { readonly free: string[]; readonly minutes: number } | undefined
}

/** Where an answer is. */
export type Answering =
  | { readonly kind: 'idle' }
  | { readonly kind: 'signing' | 'sending'; readonly verdict: Verdict }
  /** No answer came back. Nothing is offered until it is known what became of it. */
  | { readonly kind: 'unknown'; readonly verdict: Verdict; readonly checking: boolean }
  | { readonly kind: 'found'; readonly verdict: Verdict; readonly outcome: Outcome }
  | { readonly kind: 'refused'; readonly verdict: Verdict; readonly error: Error }

/** Milliseconds to wait for an answer of the gateway. */
const PATIENCE = 20_000
/** Milliseconds between two looks at what became of an answer. */
const AGAIN = 3_000
const IDLE = { kind: 'idle' } as const

/**
 * Gives a person's answer to a request, once: while it is on its way there is no other, and when no
 * answer came back the request is read again before another can be given.
 */
export function useAnswer(
  { id, digest, lift }: Pick<Request, 'id' | 'digest' | 'lift'>,
  user: string,
): {
  readonly answering: Answering
  readonly answer: (answer: Answer) => void
  readonly check: () => void
} {
  const [answering, setAnswering] = useState<Answering>(IDLE)
  const busy = useRef(false)
  const verdict = answering.kind === 'idle' ? undefined : answering.verdict

  const check = useCallback(async (): Promise<void> => {
    if (verdict === undefined) return
    setAnswering({ kind: 'unknown', verdict, checking: true })
    setAnswering(await found(id, user, verdict))
  }, [id, user, verdict])

  const waits = answering.kind === 'unknown' && !answering.checking
  useEffect(() => {
    if (!waits) return
    const timer = setTimeout(() => void check(), AGAIN)
    return () => clearTimeout(timer)
  }, [waits, check])

  const answer = async (wanted: Answer): Promise<void> => {
    // The button says so only after the next drawing: two clicks can be faster.
    if (busy.current || answering.kind === 'unknown') return
    busy.current = true
    try {
      setAnswering(await give({ id, digest, lift }, user, wanted, setAnswering))
    } finally {
      busy.current = false
    }
    void reread(['approvals', 'me'])
  }
  return { answering, answer: (wanted) => void answer(wanted), check: () => void check() }
}

async function give(
  request: Pick<Request, 'id' | 'digest' | 'lift'>,
  user: string,
  { verdict, comment, pattern }: Answer,
  tell: (answering: Answering) => void,
): Promise<Answering> {
  const { id, digest, lift } = request
  const wide = verdict === 'approve' && pattern !== undefined ? { pattern } : {}
  let assertion: Input<'approvals.answer'>['assertion']
  if (verdict === 'approve' && lift.assurance === 'passkey') {
    tell({ kind: 'signing', verdict })
    try {
      assertion = await signed({ id, ...wide })
    } catch (error) {
      return { kind: 'refused', verdict, error: error as Error }
    }
  }
  tell({ kind: 'sending', verdict })
  try {
    await call(
      'approvals.answer',
      {
        ...{ id, digest, verdict, ...wide },
        ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
        ...(assertion === undefined ? {} : { assertion }),
      },
      { signal: AbortSignal.timeout(PATIENCE) },
    )
    return { kind: 'found', verdict, outcome: 'arrived' }
  } catch (error) {
    if (!isUncertain(error as Error)) return { kind: 'refused', verdict, error: error as Error }
    tell({ kind: 'unknown', verdict, checking: true })
    return await found(id, user, verdict)
  }
}

/** What became of an answer, as the request now says; still unknown where it cannot be read. */
async function found(id: string, user: string, verdict: Verdict): Promise<Answering> {
  try {
    const { approval } = await call(
      'approvals.show',
      { id },
      { signal: AbortSignal.timeout(PATIENCE) },
    )
    void reread(['approvals', 'me'])
    return { kind: 'found', verdict, outcome: outcomeOf(approval, user, verdict) }
  } catch (error) {
    if (isUncertain(error as Error)) return { kind: 'unknown', verdict, checking: false }
    return { kind: 'refused', verdict, error: error as Error }
  }
}

/** The signature of a passkey of the person over what they approve. */
async function signed(
  input: Input<'approvals.challenge'>,
): Promise<Input<'approvals.answer'>['assertion']> {
  const { options } = await call('approvals.challenge', input).catch((error: unknown) => {
    // A pattern can be invalid, too; what the gateway says then stands for itself.
    const noPasskey = input.pattern === undefined && isCode(error, 'params_invalid')
    throw noPasskey ? recoded(error, 'no_passkey_here') : error
  })
  try {
    const optionsJSON = options as unknown as Parameters<
      typeof startAuthentication
    >[0]['optionsJSON']
    return (await startAuthentication({ optionsJSON })) as never
  } catch (cause) {
    throw new ApiError(cause instanceof Error ? cause.message : 'the browser did not sign', {
      code: 'no_passkey_used',
      status: 400,
      cause,
    })
  }
}

function isCode(error: unknown, code: string): error is ApiError {
  return error instanceof ApiError && error.code === code
}

function recoded(error: ApiError, code: string): ApiError {
  const { status, requestId, faults } = error
  return new ApiError(error.message, { code, status, requestId, faults, cause: error })
}
