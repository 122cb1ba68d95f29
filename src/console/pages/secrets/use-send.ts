import { useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { call, type Input } from '../../api/call.ts'
import { reread } from '../../api/queries.ts'

type Sends = 'me.setSecret' | 'me.rotateSecret' | 'secrets.set' | 'secrets.rotate'

/**
 * Sends a value. Not as other changes are: those are kept for a while with what was sent, and a value
 * stays in the memory of the page for no longer than it takes to send it.
 */
export function useSend(): {
  readonly busy: boolean
  readonly error: ApiError | null
  /** Whether it was done. */
  readonly send: <Id extends Sends>(id: Id, input: Input<Id>) => Promise<boolean>
} {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  return {
    busy,
    error,
    async send(id, input) {
      setBusy(true)
      setError(null)
      try {
        await call(id, input)
        return true
      } catch (thrown) {
        setError(failureIn(thrown))
        return false
      } finally {
        setBusy(false)
        void reread(['me', 'secrets', 'overview'])
      }
    },
  }
}

function failureIn(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  return new ApiError('it could not be sent', { code: 'unreachable', status: 0 })
}
