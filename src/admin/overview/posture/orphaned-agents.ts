import { named, type PostureCheck } from './item.ts'

/** Agents for whom nobody answers any more. */
export const orphanedAgents: PostureCheck = ({ orphans }) =>
  orphans.length === 0
    ? undefined
    : {
        id: 'orphaned-agents',
        severity: 'warning',
        title: 'agents whose owner is gone',
        detail: named(orphans),
        count: orphans.length,
        fix: {
          label: 'give them another owner, or disable them',
          page: '/identity/agents?show=orphans',
        },
      }
