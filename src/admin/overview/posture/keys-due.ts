import { named, type PostureCheck } from './item.ts'

/** Agents whose keys should be replaced. */
export const keysDue: PostureCheck = ({ keysDue: due }) =>
  due.length === 0
    ? undefined
    : {
        id: 'keys-due',
        severity: 'warning',
        title: 'agents whose keys are due',
        detail: named(due),
        count: due.length,
        fix: {
          label: 'replace the keys',
          page: '/identity/agents',
          command: 'bailiwick agents',
        },
      }
