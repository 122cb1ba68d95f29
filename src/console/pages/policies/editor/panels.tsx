import { CircleAlert, Info, OctagonX, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useFilter } from '../../../app/place.tsx'
import { ErrorPanel } from '../../../design/error-panel.tsx'
import { Tabs } from '../../../design/tabs.tsx'
import { Said } from '../said.tsx'
import { ComparePanel } from './compare-panel.tsx'
import type { Draft } from './draft.ts'
import type { Finding } from './findings.ts'
import { TestsPanel } from './tests-panel.tsx'
import type { useCheck } from './use-check.ts'

interface JumpTo {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Below the editor: what is wrong, whether the tests hold, and what would change. */
export function Panels({
  draft,
  check,
  findings,
  onJump,
}: {
  readonly draft: Draft
  readonly check: ReturnType<typeof useCheck>
  readonly findings: readonly Finding[]
  readonly onJump: (to: JumpTo) => void
}): ReactNode {
  const [panel = 'problems', setPanel] = useFilter('panel')
  const loads = check.current ? check.data?.loads : undefined
  return (
    <section className="policies-panels" aria-label="About the draft">
      <Tabs
        value={['tests', 'compare'].includes(panel) ? panel : 'problems'}
        onChange={(id) => setPanel(id, { replace: true })}
        tabs={[
          {
            id: 'problems',
            title: findings.length === 0 ? 'Problems' : `Problems (${findings.length})`,
            content: <Problems check={check} findings={findings} onJump={onJump} />,
          },
          {
            id: 'tests',
            title: 'Tests',
            content: <TestsPanel draft={draft} loads={loads} onJump={onJump} />,
          },
          {
            id: 'compare',
            title: 'Compare',
            content: <ComparePanel draft={draft} loads={loads} />,
          },
        ]}
      />
    </section>
  )
}

const SIGNS = { error: OctagonX, warning: TriangleAlert, info: Info } as const

function Problems({
  check: { data, error, refetch },
  findings,
  onJump,
}: {
  readonly check: ReturnType<typeof useCheck>
  readonly findings: readonly Finding[]
  readonly onJump: (to: JumpTo) => void
}): ReactNode {
  if (error !== null) return <ErrorPanel error={error} onRetry={() => void refetch()} />
  return (
    <div className="policies-problems">
      {data !== undefined && data.unlisted.length > 0 && (
        <p className="policies-notice" data-tone="wait">
          <CircleAlert aria-hidden />
          <span>
            Names of tools were not checked: what {data.unlisted.join(', ')}{' '}
            {data.unlisted.length === 1 ? 'offers' : 'offer'} is not known now.
          </span>
        </p>
      )}
      {findings.length === 0 && data !== undefined && (
        <p className="quiet">Nothing is wrong with this draft.</p>
      )}
      <ul className="policies-findings">
        {findings.map((finding, index) => {
          const { severity, file, line, column, message, fix, rule } = finding
          const Sign = SIGNS[severity]
          return (
            <li key={`${file} ${line} ${column} ${message} ${index}`}>
              <button type="button" className="policies-finding" onClick={() => onJump(finding)}>
                <Sign aria-label={severity} data-severity={severity} />
                <span className="policies-finding-words">
                  <Said text={message} />
                  {fix !== undefined && (
                    <span className="policies-finding-fix">
                      <Said text={fix} />
                    </span>
                  )}
                </span>
                {rule !== undefined && <code className="quiet">{rule}</code>}
                <code className="policies-finding-place">
                  {file}:{line}:{column}
                </code>
              </button>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
