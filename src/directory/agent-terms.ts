import type { WorkloadTrust } from '../kernel/accounts.ts'
import { ACCESS_LEVELS, toolOfScope } from '../kernel/scope.ts'
import { invalid } from './names.ts'

const MAX_SCOPES = 200
const MAX_WORKLOADS = 20
const MAX_TEXT = 512
const PART_SCOPE = /^[a-z0-9][a-z0-9-]*\/(prompts|resources)$/
/** Exact values of tokens: printable, and no `*`, which some would take for a pattern. */
const EXACT = /^[!-)+-~][ -)+-~]*$/

/**
 * Scopes without doubles, as given. Agents get no refresh tokens, so `offline_access` is none.
 *
 * @throws GatewayError `params_invalid` for what is not a scope.
 */
export function checkScopes(scopes: readonly string[]): readonly string[] {
  const unique = [...new Set(scopes)]
  if (unique.length > MAX_SCOPES) throw invalid(`at most ${MAX_SCOPES} scopes`)
  const wrong = unique.find((scope) => !isScope(scope))
  if (wrong !== undefined)
    throw invalid(
      'a scope is `read`, `write`, `execute`, `server:tool`, `server/prompts` or `server/resources`',
    )
  return unique
}

function isScope(scope: string): boolean {
  return (
    (ACCESS_LEVELS as readonly string[]).includes(scope) ||
    PART_SCOPE.test(scope) ||
    toolOfScope(scope) !== undefined
  )
}

/** @throws GatewayError `params_invalid` for trusts that are not exact. */
export function checkWorkloads(workloads: readonly WorkloadTrust[]): readonly WorkloadTrust[] {
  if (workloads.length > MAX_WORKLOADS) throw invalid(`at most ${MAX_WORKLOADS} workloads`)
  const checked = workloads.map(checkWorkload)
  if (new Set(checked.map((one) => JSON.stringify(one))).size < checked.length)
    throw invalid('a workload stands there twice')
  return checked
}

function checkWorkload({ issuer, subject, audience }: WorkloadTrust): WorkloadTrust {
  const url = URL.parse(issuer)
  const sound =
    url?.protocol === 'https:' &&
    url.username + url.password + url.search + url.hash === '' &&
    !/[?#]/.test(issuer)
  if (!sound || issuer.length > MAX_TEXT)
    throw invalid('the issuer of a workload is an https address without query and fragment')
  for (const text of [subject, audience])
    if (text.length > MAX_TEXT || !EXACT.test(text))
      throw invalid('subject and audience of a workload are exact: printable characters, no `*`')
  return { issuer, subject, audience }
}
