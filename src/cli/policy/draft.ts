import type { PolicySet, PolicySource } from '../../policy/policy.ts'
import { policySources, readPolicies, readPolicyTests } from '../policy-files.ts'
import type { ConfigInForce } from './config-in-force.ts'

/**
 * Reads the policies that a command names, in the setting of a configuration; without names, those in
 * force: of the configuration and of the console.
 *
 * @throws as `readPolicies`: a draft with an error is none.
 */
export function draftPolicies(
  config: ConfigInForce,
  cwd: string,
  names: readonly string[],
): PolicySet {
  return readPolicies(setting(config, cwd, names), managedOf(config, names))
}

/** The files that {@link draftPolicies} reads. */
export function draftSources(
  config: ConfigInForce,
  cwd: string,
  names: readonly string[],
): readonly PolicySource[] {
  return [...policySources(setting(config, cwd, names)), ...managedOf(config, names)]
}

/** The test files beside them. */
export function draftTests(
  config: ConfigInForce,
  cwd: string,
  names: readonly string[],
): readonly PolicySource[] {
  return readPolicyTests(setting(config, cwd, names))
}

/** What is drafted by name stands for itself. */
function managedOf({ managed }: ConfigInForce, names: readonly string[]): readonly PolicySource[] {
  return names.length === 0 ? managed : []
}

function setting(config: ConfigInForce, cwd: string, names: readonly string[]) {
  if (names.length === 0) return config
  return { policies: names, places: config.places, folder: cwd }
}
