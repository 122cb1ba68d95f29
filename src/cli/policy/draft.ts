import type { Config } from '../../config/config.ts'
import type { PolicySet } from '../../policy/policy.ts'
import { readPolicies } from '../policy-files.ts'

/**
 * Reads the policies that a command names, in the setting of a configuration; without names, those of
 * the configuration.
 *
 * @throws as `readPolicies`: a draft with an error is none.
 */
export function draftPolicies(config: Config, cwd: string, names: readonly string[]): PolicySet {
  return readPolicies(
    names.length === 0 ? config : { policies: names, places: config.places, folder: cwd },
  )
}
