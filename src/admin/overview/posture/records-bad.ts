import type { PostureCheck } from './item.ts'

/** The chain of records was looked at, and is not what was recorded. */
export const recordsBad: PostureCheck = ({ check }) =>
  check?.state === 'bad'
    ? {
        id: 'records-bad',
        severity: 'critical',
        title: 'records were changed',
        detail: check.message ?? 'the chain of records is broken',
        fix: { label: 'look at the records', page: '/records' },
      }
    : undefined
