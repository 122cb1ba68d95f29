import type { PostureCheck } from './item.ts'

const LONGEST = 400

/** What stands in the policy files now is not what is enforced. */
export const policiesNotLoaded: PostureCheck = ({ policies: { problem } }) =>
  problem === undefined
    ? undefined
    : {
        id: 'policies-not-loaded',
        severity: 'critical',
        title: 'policies were changed and are not in force',
        detail: problem.slice(0, LONGEST),
        fix: { label: 'correct the policies', page: '/policies', command: 'bailiwick policy lint' },
      }
