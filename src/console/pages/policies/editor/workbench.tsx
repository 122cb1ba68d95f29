import { CircleCheck, FlaskConical, LoaderCircle, OctagonX, Play, Save, Undo2 } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useCallback, useMemo, useState } from 'react'
import { useMay } from '../../../app/me.tsx'
import { PlaceLink, useFilter, useGo, usePlace } from '../../../app/place.tsx'
import { useShortcuts } from '../../../app/shortcuts.ts'
import { Button } from '../../../design/button.tsx'
import { Chip } from '../../../design/chip.tsx'
import { useConfirm } from '../../../design/confirm.tsx'
import { EmptyState } from '../../../design/empty-state.tsx'
import { SkeletonRows } from '../../../design/skeleton.tsx'
import { type Draft, isChanged, namesOf, withText } from './draft.ts'
import { FileList } from './file-list.tsx'
import { type Finding, sorted } from './findings.ts'
import { Panels } from './panels.tsx'
import { SaveDialog } from './save-dialog.tsx'
import { useCheck } from './use-check.ts'
import { changeDraft, setDraft } from './use-draft.ts'
import { useWords } from './use-words.ts'

const CodePane = lazy(async () => ({ default: (await import('./code-pane.tsx')).CodePane }))
const NOTHING: readonly Finding[] = []

/** Where to go in the open file. */
interface Jump {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** The files of a draft, the open one in an editor, and what the gateway says of it. */
export function Workbench({
  draft,
  newest,
}: {
  readonly draft: Draft
  readonly newest: number
}): ReactNode {
  const { part, search } = usePlace()
  const go = useGo()
  const may = useMay('policies.write')
  const names = namesOf(draft.files)
  const open = names.find((name) => name === part) ?? names[0]
  const check = useCheck(draft.files)
  const findings = useMemo(() => sorted(check.data?.findings ?? NOTHING), [check.data])
  const [saving, setSaving] = useState(false)
  const [jump, setJump] = useState<Jump>()
  const changed = isChanged(draft)
  const save = useCallback(() => {
    if (may && changed) setSaving(true)
  }, [may, changed])
  useShortcuts([
    { keys: 'mod+s', label: 'Save a version', group: 'Policies', always: true, run: save },
  ])
  const jumpTo = useCallback(
    (to: Jump) => {
      setJump(to)
      if (to.file !== open) go({ page: 'policies', item: 'editor', part: to.file, search })
    },
    [go, open, search],
  )
  return (
    <div className="policies-bench">
      <Toolbar draft={draft} newest={newest} check={check} onSave={may ? save : undefined} />
      <FileList draft={draft} open={open} findings={findings} />
      <div className="policies-pane">
        {open === undefined ? (
          <EmptyState icon={FlaskConical} title="This draft has no file">
            Add one, or save it so: a version without files permits and forbids nothing.
          </EmptyState>
        ) : (
          <OpenFile
            key={open}
            file={open}
            draft={draft}
            findings={findings}
            place={jump?.file === open ? jump : undefined}
            onSave={save}
          />
        )}
      </div>
      <Panels draft={draft} check={check} findings={findings} onJump={jumpTo} />
      {saving && <SaveDialog draft={draft} onClose={() => setSaving(false)} />}
    </div>
  )
}

function OpenFile({
  file,
  draft,
  findings,
  place,
  onSave,
}: {
  readonly file: string
  readonly draft: Draft
  readonly findings: readonly Finding[]
  readonly place: Jump | undefined
  readonly onSave: () => void
}): ReactNode {
  const wordsOf = useWords()
  const own = useMemo(() => findings.filter((one) => one.file === file), [findings, file])
  return (
    <Suspense fallback={<div className="inset" children={<SkeletonRows count={9} />} />}>
      <CodePane
        file={file}
        text={draft.files[file] ?? ''}
        findings={own}
        place={place}
        wordsOf={wordsOf}
        onSave={onSave}
        onChange={(text) => changeDraft((now) => withText(now, file, text))}
      />
    </Suspense>
  )
}

function Toolbar({
  draft,
  newest,
  check,
  onSave,
}: {
  readonly draft: Draft
  readonly newest: number
  readonly check: ReturnType<typeof useCheck>
  /** Absent for who may not. */
  readonly onSave: (() => void) | undefined
}): ReactNode {
  const [, setPanel] = useFilter('panel')
  const { ask, dialog } = useConfirm()
  const changed = isChanged(draft)
  return (
    <div className="policies-toolbar">
      <span className="policies-draft">
        <b>{draft.from === 0 ? 'New draft' : `Version ${draft.from}`}</b>
        {changed && draft.from > 0 && <span className="quiet"> with changes</span>}
        {draft.from > 0 && draft.from < newest && (
          <span className="quiet"> (newest is {newest})</span>
        )}
      </span>
      <CheckChip check={check} />
      <span className="policies-space" />
      {changed && (
        <Button
          look="bare"
          icon={Undo2}
          onClick={() =>
            ask({
              title: 'Give up this draft?',
              verb: 'Give it up',
              words: 'What was written since the last version is gone.',
              run: async () => setDraft(undefined),
            })
          }
        >
          Give up
        </Button>
      )}
      <Button icon={FlaskConical} onClick={() => setPanel('tests')}>
        Run tests
      </Button>
      <PlaceLink className="button" to={{ page: 'policies', item: 'simulate' }}>
        <Play aria-hidden /> Simulate
      </PlaceLink>
      {onSave !== undefined && (
        <Button look="main" icon={Save} disabled={!changed} onClick={onSave}>
          Save a version
        </Button>
      )}
      {dialog}
    </div>
  )
}

function CheckChip({ check }: { readonly check: ReturnType<typeof useCheck> }): ReactNode {
  const { data, current, error } = check
  if (error !== null)
    return (
      <Chip tone="bad" icon={OctagonX}>
        Not checked
      </Chip>
    )
  if (!current || data === undefined) return <Chip icon={LoaderCircle}>Checking</Chip>
  const errors = data.findings.filter(({ severity }) => severity === 'error').length
  if (data.loads && errors === 0)
    return (
      <Chip tone="good" icon={CircleCheck}>
        Can be put in force
      </Chip>
    )
  return (
    <Chip tone={data.loads ? 'wait' : 'bad'} icon={OctagonX}>
      {data.loads ? `${errors} to look at` : 'Cannot be loaded'}
    </Chip>
  )
}
