import { z } from 'zod'
import { operation } from './operation.ts'

const sourceView = z.object({
  kind: z.enum(['provider', 'issuer', 'assertions', 'platform']),
  name: z.string(),
  issuer: z.string(),
})
const checkedView = sourceView.extend({ ok: z.boolean(), reason: z.string().optional() })
/** As `--json` and clients see it; `ok` and `reason` after a check. */
export type SourceView = z.output<typeof sourceView> & Partial<z.output<typeof checkedView>>

/** Whose word about people and programs is taken. */
export const SOURCES = [
  operation('idp.list', 'GET /identity-providers', {
    needs: 'identity.read',
    summary: 'List login providers, issuers, and who vouches for users and workloads',
    input: z.strictObject({}),
    output: z.object({ sources: z.array(sourceView) }),
    run: async ({ administration }) => ({ sources: [...administration.sources.list()] }),
  }),
  operation('idp.check', 'GET /identity-providers/health', {
    needs: 'identity.read',
    summary: 'Ask each of them for its metadata and keys',
    input: z.strictObject({}),
    output: z.object({ sources: z.array(checkedView) }),
    run: async ({ administration }) => ({ sources: [...(await administration.sources.check())] }),
  }),
] as const
