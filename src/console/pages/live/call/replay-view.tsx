import { FilePen } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useList } from '../../../api/lists.ts'
import { useRead } from '../../../api/queries.ts'
import { PlaceLink } from '../../../app/place.tsx'
import { StateChip } from '../../../design/chip.tsx'
import { EmptyState } from '../../../design/empty-state.tsx'
import { ErrorPanel } from '../../../design/error-panel.tsx'
import { Loaded } from '../../../design/loaded.tsx'
import { Select } from '../../../design/select.tsx'
import { SkeletonRows } from '../../../design/skeleton.tsx'
import { useDraft } from '../../policies/editor/use-draft.ts'
import { stateOf } from '../words.ts'
import { Policies } from './decision-view.tsx'
import type { Explanation } from './detail.ts'

type Files = Readonly<Record<string, string>>

/** How a draft, or a version that is kept, would have decided the call. */
export function ReplayView({ id }: { readonly id: string }): ReactNode {
  const draft = useDraft()
  const versions = useList('policies.versions', { limit: '50' })
  const [chosen, setChosen] = useState<string>()
  if (versions.loading) return <SkeletonRows count={3} />
  if (versions.error !== null) return <ErrorPanel error={versions.error} onRetry={versions.again} />
  const choices = [
    ...(draft === undefined ? [] : [{ value: 'draft', label: 'the draft in the editor' }]),
    ...versions.items.map(({ version, comment }) => ({
      value: String(version),
      label: `version ${version}${comment === '' ? '' : `: ${comment}`}`,
    })),
  ]
  const value = choices.find((one) => one.value === chosen)?.value ?? choices[0]?.value
  if (value === undefined)
    return (
      <EmptyState
        icon={FilePen}
        title="There is no draft yet"
        action={
          <PlaceLink to={{ page: 'policies', item: 'editor' }} className="button">
            Write one
          </PlaceLink>
        }
      >
        Once there is one, this call can be put to it: nothing is sent, and nothing changes.
      </EmptyState>
    )
  return (
    <div className="call-view">
      <div className="call-choose">
        <Select
          label="Replay against"
          look="filter"
          value={value}
          choices={choices}
          onChange={setChosen}
        />
        <span className="quiet">in the place of the console’s policies; nothing is sent</span>
      </div>
      {value === 'draft' && draft !== undefined ? (
        <Replay id={id} files={draft.files} />
      ) : (
        <ReplayVersion id={id} version={value} />
      )}
    </div>
  )
}

function ReplayVersion({
  id,
  version,
}: {
  readonly id: string
  readonly version: string
}): ReactNode {
  const query = useRead('policies.version', { version })
  return <Loaded query={query}>{(data) => <Replay id={id} files={data.version.files} />}</Loaded>
}

function Replay({ id, files }: { readonly id: string; readonly files: Files }): ReactNode {
  const query = useRead('calls.replay', { id, files: { ...files } })
  return (
    <Loaded query={query}>
      {({ explanation }) =>
        explanation === undefined ? (
          <p className="quiet">The record does not keep what the decision saw.</p>
        ) : (
          <>
            <Flip explanation={explanation} />
            <Policies explanation={explanation} />
          </>
        )
      }
    </Loaded>
  )
}

function Flip({ explanation: { recorded, verdict } }: { readonly explanation: Explanation }) {
  const before = stateOf({ verdict: recorded.verdict, outcome: null })
  const after = stateOf({ verdict, outcome: null })
  return (
    <p className="call-flip" role="status">
      <StateChip state={before} /> <span className="quiet">then,</span> <StateChip state={after} />{' '}
      <span className="quiet">
        by these policies{before === after ? ': nothing changes for this call' : ''}
      </span>
    </p>
  )
}
