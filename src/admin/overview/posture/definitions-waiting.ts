import type { PostureCheck } from './item.ts'

/** Definitions that servers added or changed, and nobody has decided on. */
export const definitionsWaiting: PostureCheck = ({ definitions: { waiting, poisoned } }) => {
  if (waiting === 0) return undefined
  const hidden = 'until somebody decides, clients neither see nor use them'
  return {
    id: 'definitions-waiting',
    severity: 'warning',
    title: waiting === 1 ? 'a definition waits' : 'definitions wait',
    detail: poisoned === 0 ? hidden : `${hidden}; the analysis finds ${poisoned} of them poisoned`,
    count: waiting,
    fix: { label: 'decide on them', page: '/definitions/all?status=quarantined' },
  }
}
