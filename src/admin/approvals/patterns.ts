import { z } from 'zod'
import { subjectName } from '../../kernel/subject.ts'
import { found, given, id, operation, pageOf, paging, type Site } from '../operation.ts'
import { patternView, showPattern } from './views.ts'

const PAGE = 200
const MOST_PAGES = 25

/** Whether a pattern is one that covers the caller's own calls. */
async function isOwn({ administration, caller }: Site, pattern: string): Promise<boolean> {
  const query = { subject: subjectName(caller.subject), limit: PAGE }
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, next } = await administration.approvals.patterns(given({ ...query, cursor }))
    if (items.some((item) => item.id === pattern)) return true
    if (next === undefined) return false
    cursor = next
  }
  return false
}

/** Calls that were approved together, for a time. */
export const PATTERNS = [
  operation('approvals.patterns', 'GET /approval-patterns', {
    needs: 'self',
    summary: 'List what was approved together: all, or what covers one’s own calls',
    input: z.strictObject({ ...paging, subject: id.optional() }),
    output: pageOf(patternView),
    run: async ({ administration, caller }, { subject, ...page }) => {
      const { permissions } = caller
      const own = subjectName(caller.subject)
      const all = permissions.has('look') || permissions.has('approvals.read')
      const query = given({ ...page, subject: all ? subject : own })
      const { items, next } = await administration.approvals.patterns(query)
      const bodies = permissions.has('bodies') || permissions.has('approvals.read')
      return {
        items: items.map((item) => showPattern(item, bodies || item.subject === own)),
        ...given({ next }),
      }
    },
  }),
  operation('approvals.revokePattern', 'POST /approval-patterns/{id}/revoke', {
    needs: 'self',
    summary: 'End what was approved together: whose calls it covers, or whoever decides',
    input: z.strictObject({ id }),
    output: z.object({ revoked: z.literal(true) }),
    run: async (site, { id: pattern }) => {
      const { administration, caller } = site
      const may = caller.permissions.has('approvals.decide') || (await isOwn(site, pattern))
      if (!may) found('pattern', undefined)
      await administration.approvals.revokePattern(pattern, caller.actor)
      return { revoked: true as const }
    },
  }),
] as const
