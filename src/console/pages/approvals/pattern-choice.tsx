import type { ReactNode } from 'react'
import { useRead } from '../../api/queries.ts'
import { CodeBlock } from '../../design/code-block.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { exactTime } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import type { Request } from './deed.ts'
import { nameOf } from './groups.ts'
import { spanInWords } from './time-left.ts'

/** Calls like one: which arguments may differ, and for how long. */
export interface Choice {
  readonly free: readonly string[]
  readonly minutes: number
}

const MINUTE = 60_000
const SPANS = [1, 5, 10, 15, 30, 60, 120, 240, 480, 720, 1_440]

/** How long a pattern of this policy may hold at most, in minutes; 0: there can be none. */
export function mostMinutes({ lift }: Pick<Request, 'lift'>): number {
  return Math.min(1_440, Math.floor(lift.pattern / MINUTE))
}

/** What one begins with: nothing may differ, for the shortest time that helps. */
export function firstChoice(request: Pick<Request, 'lift'>): Choice {
  return { free: [], minutes: Math.min(15, mostMinutes(request)) }
}

/** Chooses which calls are approved together with this one, and says what that means. */
export function PatternChoice({
  request,
  choice,
  onChange,
}: {
  readonly request: Request
  readonly choice: Choice
  readonly onChange: (choice: Choice) => void
}): ReactNode {
  const { free, minutes } = choice
  const mayBeFree = request.mayBeFree ?? []
  const names = Object.keys(request.arguments ?? {})
  const most = mostMinutes(request)
  const spans = [...SPANS.filter((span) => span < most), most]
  const toggle = (name: string, on: boolean): void =>
    onChange({ minutes, free: on ? [...free, name] : free.filter((one) => one !== name) })
  return (
    <div className="approvals-pattern">
      <fieldset className="approvals-free">
        <legend>What may differ</legend>
        {names.length === 0 && <p className="quiet">There are no arguments.</p>}
        {names.map((name) => (
          <label key={name} className="check">
            <input
              type="checkbox"
              checked={free.includes(name)}
              disabled={!mayBeFree.includes(name)}
              onChange={(event) => toggle(name, event.target.checked)}
            />
            <span>
              <code>
                <VisibleText text={name} />
              </code>{' '}
              <span className="quiet">
                {wordsOf(mayBeFree.includes(name), free.includes(name))}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      <fieldset className="approvals-spans">
        <legend>For how long</legend>
        {spans.map((span) => (
          <label key={span} className="approvals-span">
            <input
              type="radio"
              name="minutes"
              checked={span === minutes}
              onChange={() => onChange({ free, minutes: span })}
            />
            <span>{spanInWords(span * MINUTE)}</span>
          </label>
        ))}
      </fieldset>
      <Consequence request={request} choice={choice} />
      <Preview id={request.id} choice={choice} />
    </div>
  )
}

function wordsOf(may: boolean, is: boolean): string {
  if (!may) return 'stays as it is: it decides what happens'
  return is ? 'may be anything' : 'stays as it is'
}

function Consequence({
  request: { subject, client, server, target },
  choice: { free, minutes },
}: {
  readonly request: Request
  readonly choice: Choice
}): ReactNode {
  return (
    <p className="approvals-consequence">
      Until {exactTime(Date.now() + minutes * MINUTE)} <VisibleText text={client} /> may call{' '}
      <b>
        <VisibleText text={`${server}: ${target}`} />
      </b>{' '}
      for <VisibleText text={nameOf(subject)} /> as often as it likes, and nobody is asked:{' '}
      {free.length === 0
        ? 'with exactly these arguments.'
        : `with these arguments, but any ${free.join(' and any ')}.`}{' '}
      It ends sooner when somebody revokes it, or when the tool or the policies change.
    </p>
  )
}

function Preview({ id, choice }: { readonly id: string; readonly choice: Choice }): ReactNode {
  const pattern = { free: [...choice.free], minutes: choice.minutes }
  const query = useRead('approvals.preview', { id, pattern }, { keep: true })
  return (
    <Loaded query={query} rows={3}>
      {({ policy }) => <CodeBlock label="The policy that this is" text={policy} />}
    </Loaded>
  )
}
