import { useCallback } from 'react'
import { call } from '../../../api/call.ts'
import { queries } from '../../../api/queries.ts'
import type { Words } from '../language/completions.ts'

/** Milliseconds for which the words of a tool are not asked for again. */
const FRESH = 60_000

/** What policies can say; undefined while the gateway does not tell. */
export function useWords(): (tool: string | undefined) => Promise<Words | undefined> {
  return useCallback(async (tool) => {
    const input = tool === undefined ? {} : { tool }
    try {
      return await queries.fetchQuery({
        queryKey: ['policies.completions', input],
        queryFn: () => call('policies.completions', input),
        staleTime: FRESH,
      })
    } catch {
      // Whoever writes goes on writing.
      return undefined
    }
  }, [])
}
