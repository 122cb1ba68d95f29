import { FilePlus2, ShieldPlus } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { useRead } from '../../../api/queries.ts'
import { useGo, usePlace } from '../../../app/place.tsx'
import { Button } from '../../../design/button.tsx'
import { EmptyState } from '../../../design/empty-state.tsx'
import { ErrorPanel } from '../../../design/error-panel.tsx'
import { SkeletonRows } from '../../../design/skeleton.tsx'
import { type Draft, draftAnew, draftOf, isChanged } from './draft.ts'
import { TEMPLATE } from './template.ts'
import { setDraft, useDraft } from './use-draft.ts'
import { useRuleOfCall } from './use-rule-of-call.ts'
import { Workbench } from './workbench.tsx'

/** Where policies of the console are written: its newest version, or the one that the address names. */
export function EditorTab(): ReactNode {
  const { search } = usePlace()
  const draft = useDraft()
  const versions = useRead('policies.versions', { limit: '1' })
  const newest = versions.data === undefined ? undefined : (versions.data.items[0]?.version ?? 0)
  const opening = useOpening(newest, draft)
  const rule = useRuleOfCall(newest, draft)
  const error = versions.error ?? opening.error ?? rule.error
  if (error !== null && draft === undefined)
    return (
      <div className="inset">
        <ErrorPanel error={error} onRetry={() => void versions.refetch()} />
      </div>
    )
  if (newest === undefined || (draft === undefined && (newest > 0 || search['rule'] !== undefined)))
    return (
      <div className="inset">
        <SkeletonRows count={9} />
      </div>
    )
  if (draft === undefined) return <NoVersion />
  return (
    <>
      {error !== null && (
        <div className="inset">
          <ErrorPanel error={error} />
        </div>
      )}
      {opening.other !== undefined && <OtherDraft wanted={opening.other} draft={draft} />}
      <Workbench draft={draft} newest={newest} />
    </>
  )
}

/** Begins a draft where nobody has one; one with changes is given up only by its author. */
function useOpening(newest: number | undefined, draft: Draft | undefined) {
  const { search } = usePlace()
  const named = /^[1-9]\d{0,8}$/.test(search['version'] ?? '')
    ? Number(search['version'])
    : undefined
  const wanted = named ?? (draft === undefined && newest !== 0 ? newest : undefined)
  const there = draft !== undefined && (wanted === undefined || draft.from === wanted)
  const { data, error } = useRead(
    'policies.version',
    { version: String(wanted) },
    { when: wanted !== undefined && newest !== undefined && !there },
  )
  const kept = draft !== undefined && isChanged(draft)
  useEffect(() => {
    if (data === undefined || newest === undefined || there || kept) return
    setDraft(draftOf(data.version.files, data.version.version, newest))
  }, [data, newest, there, kept])
  return { error, other: kept && !there ? data?.version : undefined }
}

function OtherDraft({
  wanted: { version, files },
  draft,
}: {
  readonly wanted: { readonly version: number; readonly files: Readonly<Record<string, string>> }
  readonly draft: Draft
}): ReactNode {
  const go = useGo()
  return (
    <div className="policies-notices">
      <div className="policies-notice" data-tone="wait">
        <span>
          Version {version} is not open, because your draft holds changes that no version has.
        </span>
        <span className="actions">
          <Button size="small" onClick={() => go({ page: 'policies', item: 'editor' })}>
            Keep my draft
          </Button>
          <Button
            size="small"
            look="danger"
            onClick={() => setDraft(draftOf(files, version, draft.base))}
          >
            Give it up, open version {version}
          </Button>
        </span>
      </div>
    </div>
  )
}

function NoVersion(): ReactNode {
  return (
    <EmptyState
      icon={ShieldPlus}
      title="The console holds no policies yet"
      action={
        <>
          <Button look="main" icon={ShieldPlus} onClick={() => setDraft(draftAnew(TEMPLATE, 0))}>
            Begin with an example
          </Button>
          <Button icon={FilePlus2} onClick={() => setDraft(draftAnew({ 'policies.cedar': '' }, 0))}>
            Begin empty
          </Button>
        </>
      }
    >
      What is written here stands beside the files of the configuration, and decides nothing until a
      version is put in force. The example asks a person before anything is deleted, and has its
      tests.
    </EmptyState>
  )
}
