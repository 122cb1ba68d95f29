import { useEffect, useState } from 'react'
import { useRead } from '../../../api/queries.ts'
import type { Files } from './draft.ts'

/** Milliseconds after the last letter. */
const PAUSE = 350

/** A value once it has stood still for a moment. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

/** What the gateway says of files while they are written. */
export function useCheck(files: Files) {
  const settled = useSettled(files)
  const query = useRead('policies.check', { files: settled }, { keep: true })
  return { ...query, current: settled === files && !query.isFetching }
}
