import { z } from 'zod'
import { FINDING_STATES } from '../../kernel/triage.ts'
import { given, moment, operation, pageOf, paging, text } from '../operation.ts'
import { pageOfList } from './page-of-list.ts'
import { showTriaged, triagedView } from './views.ts'

const fingerprint = z.string().regex(/^[0-9a-f]{64}$/, 'a fingerprint has 64 hexadecimal digits')
const reason = text(1_000).describe('Why; it is kept with the decision.')

/** What is wrong with definitions, and what people live with. */
export const FINDINGS = [
  operation('findings.list', 'GET /findings', {
    needs: 'look',
    summary: 'List findings in definitions that wait or count, the worst first',
    input: z.strictObject({
      server: text(64).optional(),
      state: z.enum(FINDING_STATES).optional(),
      ...paging,
    }),
    output: pageOf(triagedView),
    run: async ({ administration }, { limit, cursor, ...filter }) => {
      const all = await administration.definitions.findings.list(given(filter))
      const key = (each: (typeof all)[number]) => `${each.fingerprint}.${each.digest}`
      const { items, next } = pageOfList(all, given({ limit, cursor }), key)
      return { items: items.map(showTriaged), ...given({ next }) }
    },
  }),
  operation('findings.sarif', 'GET /findings/sarif', {
    needs: 'look',
    summary: 'Get the findings that count, and nobody accepted, as a SARIF log',
    input: z.strictObject({ server: text(64).optional() }),
    output: z.object({ sarif: z.record(z.string(), z.json()) }),
    run: async ({ administration }, { server }) => ({
      sarif: (await administration.definitions.sarif(server)) as Record<string, never>,
    }),
  }),
  operation('findings.accept', 'POST /findings/{fingerprint}/acceptance', {
    needs: 'servers.write',
    summary:
      'Accept a finding until a moment, at most a year away; in another text it is open again',
    input: z.strictObject({ fingerprint, reason, expires: moment }),
    output: z.object({ finding: triagedView }),
    run: async ({ administration, caller }, { fingerprint: which, ...terms }) => {
      const { findings } = administration.definitions
      return { finding: showTriaged(await findings.accept(caller.actor, which, terms)) }
    },
  }),
  operation('findings.reopen', 'POST /findings/{fingerprint}/reopening', {
    needs: 'servers.write',
    summary: 'Take an acceptance back: the finding is open',
    input: z.strictObject({ fingerprint, reason }),
    output: z.object({ finding: triagedView }),
    run: async ({ administration, caller }, { fingerprint: which, reason: why }) => {
      const { findings } = administration.definitions
      return { finding: showTriaged(await findings.reopen(caller.actor, which, why)) }
    },
  }),
] as const
