import { Bot, Hash, type LucideIcon, Server, UserRound } from 'lucide-react'
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
  const mayLook = useMay('look')
  const when = mayIdentity && text !== ''
  const users = useRead('users.list', { limit: '200' }, { when }).data
  const agents = useRead('agents.list', { limit: '200' }, { when }).data
  const servers = useRead('servers.list', {}, { when: mayLook && text !== '' }).data
  return useMemo(
    () => [
      ...(servers?.servers ?? []).map(({ name }) => ({
        ...{ id: `server-${name}`, title: name, more: 'Server', icon: Server },
        place: { page: 'servers', item: name } as const,
      })),
      ...(users?.items ?? []).map(({ id, name }) => ({
        ...{ id: `user-${id}`, title: name, more: `user:${id}`, icon: UserRound },
        place: { page: 'identity', item: 'users', part: id } as const,
      })),
      ...(agents?.items ?? []).map(({ id, name }) => ({
        ...{ id: `agent-${id}`, title: name, more: `agent:${id}`, icon: Bot },
        place: { page: 'identity', item: 'agents', part: id } as const,
      })),
      ...(mayLook && CALL_ID.test(text.trim()) ? [callById(text.trim())] : []),
    ],
    [servers, users, agents, mayLook, text],
  )
}

function callById(id: string): Found {
  return {
    ...{ id: 'call', title: id, more: 'Open the call with this id', icon: Hash },
    place: { page: 'live', item: id },
  }
}
