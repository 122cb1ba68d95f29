import type { ClientTrust } from '../../kernel/subject.ts'

/** What every id of a dynamic client begins with. Ids that the operator gives hold no colon. */
export const DYNAMIC = 'dynamic:'

/** How a client of this id came to be known: ids of the kinds never mix. */
export function trustOf(id: string): ClientTrust {
  if (id.startsWith('https://')) return 'metadata'
  return id.startsWith(DYNAMIC) ? 'dynamic' : 'registered'
}
