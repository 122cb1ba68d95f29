import type { Config } from '../../config/config.ts'
import { readPolicies } from '../policy-files.ts'
import { type Finding, findingOf } from './finding.ts'

/** Whether the policies can be read and understood. */
export function checkPolicies(config: Config): Finding {
  const check = 'policies'
  try {
    const { policies, warnings } = readPolicies(config)
    const names = config.policies.join(', ')
    const message = `${policies.length} policies from ${names}`
    if (warnings.length === 0) return { check, state: 'ok', message }
    const fix = '`bailiwick policy lint` says what is odd, and where'
    return { check, state: 'warn', message: `${message}, ${warnings.length} warnings`, fix }
  } catch (error) {
    return findingOf(check, error, 'correct the policies')
  }
}
