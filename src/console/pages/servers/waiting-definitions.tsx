import { FileDiff } from 'lucide-react'
import type { ReactNode } from 'react'
import { useRead } from '../../api/queries.ts'
import { PlaceLink } from '../../app/place.tsx'
import { Chip } from '../../design/chip.tsx'

/** How many definitions of a server wait for somebody, and where to decide on them; nothing when none does. */
export function WaitingDefinitions({ name }: { readonly name: string }): ReactNode {
  const input = { server: name, status: 'quarantined', limit: '200' } as const
  const count = useRead('definitions.list', input, { every: 15_000 }).data?.items.length ?? 0
  if (count === 0) return null
  return (
    <PlaceLink
      to={{
        page: 'definitions',
        item: 'all',
        search: { server: name, status: 'quarantined' },
      }}
    >
      <Chip tone="wait" icon={FileDiff}>
        {count === 1 ? '1 definition waits' : `${count} definitions wait`}
      </Chip>
    </PlaceLink>
  )
}
