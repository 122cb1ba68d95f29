import { useState } from 'react'
import type { ApiError } from '../../../api/api-error.ts'
import { call } from '../../../api/call.ts'
import { useMay } from '../../../app/me.tsx'
import type { Carried, Detail, Explanation } from './detail.ts'

/** What a call carried. It is asked for once, by a person, since each reading is put on record. */
export interface Reveal {
  readonly may: boolean
  readonly busy: boolean
  readonly error: ApiError | null
  readonly revealed: Revealed | undefined
  readonly reveal: () => void
}

export interface Revealed {
  readonly carried: Carried | undefined
  /** With the places of what screens found. */
  readonly screened: Detail['screened']
  /** With the values, and what stood around them. */
  readonly flow: Detail['flow']
  /** With the values that policies read. */
  readonly explanation: Explanation | undefined
}

export function useReveal(id: string): Reveal {
  const may = useMay('bodies')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const [revealed, setRevealed] = useState<Revealed>()
  const reveal = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      const [shown, explained] = await Promise.all([
        call('calls.show', { id, bodies: 'true' }),
        call('calls.explain', { id, bodies: 'true' }),
      ])
      const { carried, screened, flow } = shown.call
      setRevealed({ carried, screened, flow, explanation: explained.explanation })
    } catch (thrown) {
      setError(thrown as ApiError)
    } finally {
      setBusy(false)
    }
  }
  return { may, busy, error, revealed, reveal: () => void reveal() }
}
