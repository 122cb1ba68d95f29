import { CircleCheck, FlaskConical, OctagonX } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Output } from '../../../api/call.ts'
import { useRead } from '../../../api/queries.ts'
import { Button } from '../../../design/button.tsx'
import { Chip, Chips } from '../../../design/chip.tsx'
import { ErrorPanel } from '../../../design/error-panel.tsx'
import { SkeletonRows } from '../../../design/skeleton.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'
import { EffectChip } from '../chips.tsx'
import { CannotBeLoaded } from './cannot-be-loaded.tsx'
import { type Draft, namesOf } from './draft.ts'
import { useSettled } from './use-check.ts'

type Tested = Output<'policies.test'>
type Test = Tested['files'][number]['tests'][number]
type OnJump = (to: {
  readonly file: string
  readonly line: number
  readonly column: number
}) => void

/** Runs the tests of a draft when it is opened, and when one asks for it. */
export function TestsPanel({
  draft,
  loads,
  onJump,
}: {
  readonly draft: Draft
  /** Undefined until the gateway has said so. */
  readonly loads: boolean | undefined
  readonly onJump: OnJump
}): ReactNode {
  const none = !namesOf(draft.files).some((name) => name.endsWith('.test.yaml'))
  const files = useSettled(draft.files)
  const query = useRead('policies.test', { files }, { when: !none && loads === true, keep: true })
  const { data, error, isFetching, isPlaceholderData, refetch } = query
  if (none)
    return (
      <p className="quiet">
        No file of tests yet: add one whose name ends in <code>.test.yaml</code>.
      </p>
    )
  if (loads === false) return <CannotBeLoaded />
  if (error !== null) return <ErrorPanel error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <SkeletonRows count={4} />
  return (
    <div
      className="policies-tests"
      aria-busy={isFetching}
      data-old={isPlaceholderData || undefined}
    >
      <Sum
        tested={data}
        again={
          <Button size="small" icon={FlaskConical} busy={isFetching} onClick={() => void refetch()}>
            Run again
          </Button>
        }
      />
      {data.files.map(({ file, name, problems, tests }) => (
        <section key={file} aria-label={file}>
          <h2 className="policies-tests-file">
            <VisibleText text={name} /> <code className="quiet">{file}</code>
          </h2>
          {problems.map(({ line, column, message }) => (
            <p key={`${line} ${column} ${message}`} className="field-error">
              <OctagonX aria-hidden /> line {line}: <VisibleText text={message} />
            </p>
          ))}
          <ul className="rows">
            {tests.map((test) => (
              <TestRow key={`${test.line} ${test.name}`} test={test} file={file} onJump={onJump} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

function Sum({
  tested: { files, uncovered },
  again,
}: {
  readonly tested: Tested
  readonly again: ReactNode
}): ReactNode {
  const tests = files.flatMap((file) => file.tests)
  const failed = tests.filter(({ passed }) => !passed).length
  return (
    <div className="policies-tests-sum" role="status">
      {failed === 0 ? (
        <Chip tone="good" icon={CircleCheck}>
          {tests.length} {tests.length === 1 ? 'test passes' : 'tests pass'}
        </Chip>
      ) : (
        <Chip tone="bad" icon={OctagonX}>
          {failed} of {tests.length} fail
        </Chip>
      )}
      {uncovered.length > 0 && (
        <span className="policies-uncovered">
          <span className="quiet">No test makes these decide:</span> <Chips of={uncovered} />
        </span>
      )}
      {again}
    </div>
  )
}

function TestRow({
  test: { name, line, passed, verdict, by, differences },
  file,
  onJump,
}: {
  readonly test: Test
  readonly file: string
  readonly onJump: OnJump
}): ReactNode {
  return (
    <li>
      {passed ? (
        <CircleCheck aria-label="passes" data-severity="good" />
      ) : (
        <OctagonX aria-label="fails" data-severity="error" />
      )}
      <span className="rows-main two-lines">
        <button
          type="button"
          className="policies-jump"
          onClick={() => onJump({ file, line, column: 1 })}
        >
          <VisibleText text={name} />
        </button>
        {differences.map((difference) => (
          <span key={difference} className="policies-difference">
            <VisibleText text={difference} />
          </span>
        ))}
      </span>
      <EffectChip effect={verdict} />
      <Chips of={by} />
    </li>
  )
}
