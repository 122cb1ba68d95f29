import { GatewayError } from '../kernel/errors.ts'

/** Resolves when the signal is aborted. `forget` takes the listener off again. */
export function aborted(signal: AbortSignal): {
  readonly done: Promise<void>
  readonly forget: () => void
} {
  const { promise, resolve } = Promise.withResolvers<void>()
  const wake = (): void => resolve()
  if (signal.aborted) resolve()
  else signal.addEventListener('abort', wake, { once: true })
  return { done: promise, forget: () => signal.removeEventListener('abort', wake) }
}

/**
 * What others wait for too, for as long as this caller wants to wait.
 *
 * @throws GatewayError `cancelled` when the signal is aborted first.
 */
export async function orCancelled<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  const { done, forget } = aborted(signal)
  const cancelled = done.then(() => {
    throw new GatewayError('cancelled', 'the request was cancelled')
  })
  try {
    return await Promise.race([shared, cancelled])
  } finally {
    forget()
  }
}

/** What comes in time, or the fallback. `shared` goes on; nobody hears of its later failure. */
export async function inTime<T>(shared: Promise<T>, patience: number, late: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(late()), patience)
  })
  try {
    return await Promise.race([shared, timeout])
  } finally {
    clearTimeout(timer)
  }
}

/** A signal that follows both, and lets go of the longer one when `forget` is called. */
export function eitherSignal(
  longer: AbortSignal,
  shorter: AbortSignal,
): { readonly signal: AbortSignal; readonly forget: () => void } {
  const either = new AbortController()
  const stop = (): void => either.abort()
  if (longer.aborted || shorter.aborted) stop()
  longer.addEventListener('abort', stop, { once: true })
  shorter.addEventListener('abort', stop, { once: true })
  return {
    signal: either.signal,
    forget: () => {
      longer.removeEventListener('abort', stop)
      shorter.removeEventListener('abort', stop)
    },
  }
}
