import type { PostureCheck } from './item.ts'

const WEEK = 7 * 24 * 60 * 60 * 1_000

/** Nobody has looked at the chain for long, as far as this process knows. */
export const recordsUnverified: PostureCheck = ({ check, records, now }) => {
  if (records === 0 || check?.state === 'running' || check?.state === 'bad') return undefined
  const looked = check?.state === 'good' ? (check.ended ?? 0) : 0
  if (now - looked < WEEK) return undefined
  return {
    id: 'records-unverified',
    severity: 'info',
    title: 'records were not verified lately',
    detail:
      'this gateway has not verified the chain of its records since it started, or for a week',
    fix: { label: 'verify the records', page: '/records', command: 'bailiwick verify' },
  }
}
