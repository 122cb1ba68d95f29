import type { ReactNode } from 'react'
import type { Facts } from '../../../../kernel/facts.ts'
import { JsonTree } from '../../../design/json-tree.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'
import type { Flow } from '../../../flow/flow-facts.ts'
import { EditView } from './diff-view.tsx'
import { editsIn } from './edits.ts'
import { mailIn, stepTo } from './mail.ts'
import { MailView } from './mail-view.tsx'
import { TextValue } from './text-value.tsx'

/** Levels that are drawn one in the other; what is deeper stands there as a tree. */
const DEEPEST = 4
/** Items of a list that are drawn each by itself; more stand there as a tree. */
const MOST_ITEMS = 50

interface ValueProps {
  readonly value: unknown
  /** JSON Pointer. */
  readonly at: string
  readonly label: string
  readonly facts: Facts
  readonly depth?: number
}

/** One value among arguments, whole. */
export function ArgumentValue({ value, at, label, facts, depth = 0 }: ValueProps): ReactNode {
  if (typeof value === 'string')
    return <TextValue text={value} at={at} label={label} facts={facts} />
  if (typeof value !== 'object' || value === null)
    return <code className="approvals-word">{String(value)}</code>
  const size = Object.keys(value).length
  if (size === 0)
    return <span className="quiet">{Array.isArray(value) ? 'an empty list' : 'nothing'}</span>
  if (depth >= DEEPEST || size > MOST_ITEMS) return <JsonTree value={value} label={label} />
  if (!Array.isArray(value))
    return (
      <Members
        value={value as Readonly<Record<string, unknown>>}
        at={at}
        facts={facts}
        depth={depth}
      />
    )
  return (
    <ol className="approvals-items">
      {value.map((item: unknown, index) => (
        <li key={stepTo(at, index)}>
          <ArgumentValue
            {...{ value: item, at: stepTo(at, index), facts, depth: depth + 1 }}
            label={`${label}, ${index + 1}`}
          />
        </li>
      ))}
    </ol>
  )
}

function Members({
  value,
  at,
  facts,
  depth,
}: {
  readonly value: Readonly<Record<string, unknown>>
  readonly at: string
  readonly facts: Facts
  readonly depth: number
}): ReactNode {
  const { special, names } = specialIn(value, at, facts)
  return (
    <>
      {special}
      <dl className="approvals-members">
        {names.map((name) => (
          <div key={name}>
            <dt>
              <VisibleText text={name} />
            </dt>
            <dd>
              <ArgumentValue
                {...{ value: value[name], at: stepTo(at, name), label: name, facts }}
                depth={depth + 1}
              />
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}

/** What several members of an object are together, and the names of the others. */
export function specialIn(
  value: Readonly<Record<string, unknown>>,
  at: string,
  facts: Facts,
  flow?: Flow | undefined,
): {
  readonly special: ReactNode
  readonly shown: readonly string[]
  /** Those of them whose origin stands there, too. */
  readonly noted: readonly string[]
  readonly names: readonly string[]
} {
  const mail = mailIn(value, at, facts)
  const edits = editsIn(value)
  const ofMail = mail === undefined ? [] : [...mail.to, mail.subject, mail.body]
  const noted = ofMail.filter((name) => name !== undefined)
  const shown = [...edits.flatMap(({ from, to }) => [from, to]), ...noted]
  const special = (
    <>
      {mail !== undefined && <MailView mail={mail} value={value} flow={flow} at={at} />}
      {edits.map(({ from, to }) => (
        <EditView
          key={from}
          label={`${from} → ${to}`}
          from={String(value[from])}
          to={String(value[to])}
        />
      ))}
    </>
  )
  const names = Object.keys(value).filter((name) => !shown.includes(name))
  return { special, shown, noted, names }
}
