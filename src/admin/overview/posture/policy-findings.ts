import type { PostureCheck } from './item.ts'

/** Policies that are legal and probably not meant. */
export const policyFindings: PostureCheck = ({ policies: { findings, warnings, first } }) => {
  const count = findings + warnings
  if (count === 0) return undefined
  const where = first === undefined ? '' : `${first.file}:${first.line}: ${first.message}`
  return {
    id: 'policy-findings',
    severity: 'warning',
    title: 'policies that are probably not meant as they stand',
    detail: where,
    count,
    fix: { label: 'look at the findings', page: '/policies', command: 'bailiwick policy lint' },
  }
}
