import { useEffect } from 'react'
import type { ApiError } from '../../../api/api-error.ts'
import { useRead } from '../../../api/queries.ts'
import { useGo, usePlace } from '../../../app/place.tsx'
import { say } from '../../../app/say.ts'
import { type Draft, draftAnew, freeName, withText } from './draft.ts'
import { setDraft } from './use-draft.ts'

/**
 * What the address asks for with `rule=CALL&effect=permit|forbid`, and maybe `arguments=a,b`: a policy for
 * a recorded call, in a file of its own.
 */
export function useRuleOfCall(
  newest: number | undefined,
  draft: Draft | undefined,
): { readonly error: ApiError | null } {
  const go = useGo()
  const { search } = usePlace()
  const { rule: id, effect, arguments: names } = search
  const input = {
    id: id ?? '',
    effect: effect === 'permit' ? 'permit' : 'forbid',
    ...(names === undefined ? {} : { arguments: names.split(',') }),
  } as const
  const { data, error } = useRead('calls.rule', input, { when: id !== undefined })
  useEffect(() => {
    if (id === undefined || data === undefined || newest === undefined) return
    // The newest version comes first, where there is one.
    if (draft === undefined && newest > 0) return
    const began = draft ?? draftAnew({}, newest)
    const { policy } = data
    if (policy === undefined) {
      say('No rule can be made of this call', 'Its record holds too little.')
      setDraft(began)
      go({ page: 'policies', item: 'editor' }, { replace: true })
      return
    }
    const text = policy.endsWith('\n') ? policy : `${policy}\n`
    const there = Object.keys(began.files).find((name) => began.files[name] === text)
    const name = there ?? freeName('from-a-call.cedar', began.files)
    setDraft(withText(began, name, text))
    go({ page: 'policies', item: 'editor', part: name }, { replace: true })
  }, [id, data, newest, draft, go])
  return { error }
}
