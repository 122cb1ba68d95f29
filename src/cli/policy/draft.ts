import type { Config } from '../../config/config.ts'
import type { PolicySet, PolicySource } from '../../policy/policy.ts'
import { policySources, readPolicies, readPolicyTests } from '../policy-files.ts'

/**
 * Reads the policies that a command names, in the setting of a configuration; without names, those of
 * the configuration.
 *
 * @throws as `readPolicies`: a draft with an error is none.
 */
export function draftPolicies(config: Config, cwd: string, names: readonly string[]): PolicySet {
  return readPolicies(setting(config, cwd, names))
}

/** The files that {@link draftPolicies} reads. */
export function draftSources(
  config: Config,
  cwd: string,
  names: readonly string[],
): readonly PolicySource[] {
  return policySources(setting(config, cwd, names))
}

/** The test files beside them. */
export function draftTests(
  config: Config,
  cwd: string,
  names: readonly string[],
): readonly PolicySource[] {
  return readPolicyTests(setting(config, cwd, names))
}

function setting(config: Config, cwd: string, names: readonly string[]) {
  if (names.length === 0) return config
  return { policies: names, places: config.places, folder: cwd }
}
