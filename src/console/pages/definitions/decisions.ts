import { counted, type Diff, nameOf } from './words.ts'

/** Something that can be decided on a definition, in the words of what will happen. */
export interface Decision {
  readonly status: 'approved' | 'rejected'
  readonly keys: string
  readonly verb: string
  readonly title: string
  readonly words: string
  readonly done: string
}

/** What can be decided on a version as it stands. */
export function decisionsOn(diff: Diff): readonly Decision[] {
  switch (diff.definition.status) {
    case 'quarantined':
      return [approve(diff), reject(diff)]
    case 'approved':
      return [reject(diff)]
    case 'rejected':
      return [approve(diff)]
    case 'superseded':
      return [goBack(diff)]
  }
}

function approve(diff: Diff): Decision {
  const { definition, from } = diff
  const instead = from === undefined ? '' : ' It takes the place of what was approved before.'
  return {
    ...{ status: 'approved', keys: 'a', verb: 'Approve', done: 'Approved' },
    title: `Approve ${nameOf(definition)}?`,
    words: `From now on clients see it as it stands here, and can use it.${instead} ${found(diff)}`,
  }
}

function goBack(diff: Diff): Decision {
  return {
    ...{ status: 'approved', keys: 'a', verb: 'Pin this version', done: 'Pinned' },
    title: `Pin this version of ${nameOf(diff.definition)}?`,
    words:
      'It counts again, and what counts now does not. While its server lists another one, clients see neither.',
  }
}

function reject({ definition }: Diff): Decision {
  const counts = definition.status === 'approved'
  return {
    ...{ status: 'rejected', keys: 'x', verb: 'Reject', done: 'Rejected' },
    title: `Reject ${nameOf(definition)}?`,
    words: counts
      ? 'Clients no longer see it, and calls of it are refused, from this moment.'
      : 'It stays as it is: nobody sees it, and nobody can use it. It waits for nothing any more.',
  }
}

/** What whoever approves should have read. */
function found({ changes, newFindings, risk }: Diff): string {
  const parts = [
    ...(changes.length === 0 ? [] : [counted(changes.length, 'change')]),
    ...(newFindings.length === 0 ? [] : [counted(newFindings.length, 'new finding')]),
  ]
  return parts.length === 0 ? 'Nothing was found in it.' : `${parts.join(', ')}; risk: ${risk}.`
}
