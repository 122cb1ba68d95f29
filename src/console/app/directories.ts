import { Bot, Hash, type LucideIcon, UserRound } from 'lucide-react'
import { useMemo } from 'react'
import { useRead } from '../api/queries.ts'
import { useMay } from './me.tsx'
import type { Place } from './place.tsx'

/** Something that the palette finds. */
export interface Found {
  readonly id: string
  readonly title: string
  readonly more: string
  readonly icon: LucideIcon
  readonly place: Place
}

/** What an id of a call looks like, roughly: nobody types one, people paste them. */
const CALL_ID = /^[\w-]{16,64}$/

/** People, agents and servers, as far as one may see them; and a call by its id. */
export function useDirectories(text: string): readonly Found[] {
  const mayIdentity = useMay('identity.read')
  const when = mayIdentity && text !== ''
  const users = useRead('users.list', { limit: '200' }, { when }).data
  const agents = useRead('agents.list', { limit: '200' }, { when }).data
  return useMemo(
    () => [
      ...(users?.items ?? []).map(({ id, name }) => ({
        ...{ id: `user-${id}`, title: name, more: `user:${id}`, icon: UserRound },
        place: { page: 'identity', item: 'users', part: id } as const,
      })),
      ...(agents?.items ?? []).map(({ id, name }) => ({
        ...{ id: `agent-${id}`, title: name, more: `agent:${id}`, icon: Bot },
        place: { page: 'identity', item: 'agents', part: id } as const,
      })),
      ...(CALL_ID.test(text.trim()) ? [callById(text.trim())] : []),
    ],
    [users, agents, text],
  )
}

function callById(id: string): Found {
  return {
    ...{ id: 'call', title: id, more: 'Open the call with this id', icon: Hash },
    place: { page: 'live', item: id },
  }
}
