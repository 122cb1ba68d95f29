import type { z } from 'zod'
import { AGENTS } from './agents.ts'
import { APPROVALS } from './approvals/approvals.ts'
import { PATTERNS } from './approvals/patterns.ts'
import { CLIENTS } from './clients.ts'
import { GRANTS } from './grants.ts'
import { KEYS } from './keys.ts'
import { SOURCES } from './sources.ts'
import { USERS } from './users.ts'

/** Everything that the administration does. */
export const OPERATIONS = [
  ...USERS,
  ...AGENTS,
  ...CLIENTS,
  ...GRANTS,
  ...KEYS,
  ...SOURCES,
  ...APPROVALS,
  ...PATTERNS,
] as const

type Listed = (typeof OPERATIONS)[number]

/** What goes in and out of each operation, by its id, as JSON: for typed clients. */
export type Api = {
  readonly [One in Listed as One['id']]: {
    readonly input: z.input<One['input']>
    readonly output: z.output<One['output']>
  }
}
