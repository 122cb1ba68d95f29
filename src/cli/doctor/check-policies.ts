import type { Config } from '../../config/config.ts'
import { readPolicies } from '../policy-files.ts'
import { type Finding, findingOf } from './finding.ts'

/** Whether the policies can be read and understood. */
export function checkPolicies(config: Config): Finding {
  const check = 'policies'
  try {
    const { policies } = readPolicies(config)
    const names = config.policies.join(', ')
    return { check, state: 'ok', message: `${policies.length} policies from ${names}` }
  } catch (error) {
    return findingOf(check, error, 'correct the policies')
  }
}
