import { AGENTS } from './agents.ts'
import { CLIENTS } from './clients.ts'
import { GRANTS } from './grants.ts'
import { KEYS } from './keys.ts'
import type { Operation } from './operation.ts'
import { SOURCES } from './sources.ts'
import { USERS } from './users.ts'

/** Everything that the administration does. */
export const OPERATIONS: readonly Operation[] = [
  ...USERS,
  ...AGENTS,
  ...CLIENTS,
  ...GRANTS,
  ...KEYS,
  ...SOURCES,
]
