import type { z } from 'zod'
import { AGENTS } from './agents.ts'
import { APPROVALS } from './approvals/approvals.ts'
import { PATTERNS } from './approvals/patterns.ts'
import { CALLS } from './calls/calls.ts'
import { EVENTS } from './calls/events.ts'
import { EXPLANATIONS } from './calls/explanations.ts'
import { RECORDS } from './calls/records.ts'
import { CANARIES } from './canaries/canaries.ts'
import { CLIENTS } from './clients.ts'
import { DEFINITIONS } from './definitions/definitions.ts'
import { FINDINGS } from './definitions/findings.ts'
import { FLOW } from './flow/flow.ts'
import { GRANTS } from './grants.ts'
import { GRAPH } from './graph/graph.ts'
import { KEYS } from './keys.ts'
import { ME } from './me/me.ts'
import { OVERVIEW } from './overview/overview.ts'
import { POLICIES } from './policies/policies.ts'
import { SIMULATIONS } from './policies/simulations.ts'
import { POLICY_VERSIONS } from './policies/versions.ts'
import { SERVERS } from './servers/servers.ts'
import { SESSIONS } from './sessions.ts'
import { SETTINGS } from './settings/settings.ts'
import { SOURCES } from './sources.ts'
import { USERS } from './users.ts'
import { CONNECTIONS } from './vault/connections.ts'
import { OWN_CONNECTIONS } from './vault/own-connections.ts'
import { OWN_SECRETS } from './vault/own-secrets.ts'
import { SECRETS } from './vault/secrets.ts'

/** Everything that the administration does. */
export const OPERATIONS = [
  ...USERS,
  ...AGENTS,
  ...CLIENTS,
  ...GRANTS,
  ...KEYS,
  ...SOURCES,
  ...APPROVALS,
  ...ME,
  ...SESSIONS,
  ...PATTERNS,
  ...CALLS,
  ...EXPLANATIONS,
  ...EVENTS,
  ...RECORDS,
  ...OVERVIEW,
  ...GRAPH,
  ...POLICIES,
  ...POLICY_VERSIONS,
  ...SIMULATIONS,
  ...SERVERS,
  ...DEFINITIONS,
  ...FINDINGS,
  ...CANARIES,
  ...FLOW,
  ...OWN_CONNECTIONS,
  ...OWN_SECRETS,
  ...CONNECTIONS,
  ...SECRETS,
  ...SETTINGS,
] as const

type Listed = (typeof OPERATIONS)[number]

/** What goes in and out of each operation, by its id, as JSON: for typed clients. */
export type Api = {
  readonly [One in Listed as One['id']]: {
    readonly input: z.input<One['input']>
    readonly output: z.output<One['output']>
  }
}
