import type { PostureCheck } from './item.ts'

/** The console's own policies only watch. */
export const rolloutObserves: PostureCheck = ({ policies: { rollout } }) =>
  rollout === 'observe'
    ? {
        id: 'rollout-observes',
        severity: 'info',
        title: 'the policies of the console are only observed',
        detail: 'they say what they would do, and do nothing',
        fix: { label: 'enforce them', page: '/policies' },
      }
    : undefined
