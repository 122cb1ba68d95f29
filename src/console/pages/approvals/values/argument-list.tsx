import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { type Facts, NO_FACTS } from '../../../../kernel/facts.ts'
import { Chip } from '../../../design/chip.tsx'
import { CodeBlock } from '../../../design/code-block.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'
import { type Flow, valuesAt, valuesBeside } from '../../../flow/flow-facts.ts'
import { OriginNotes } from '../../../flow/origin-notes.tsx'
import { canonicalJson } from '../canonical-json.ts'
import { ArgumentValue, specialIn } from './argument-value.tsx'
import { factsBy, type ReadFact, readFacts } from './facts-in.ts'
import { stepTo } from './mail.ts'

/** All arguments of a call, whole: each as what it is, with what was read in it, and then as they are sent. */
export function ArgumentList({
  args,
  facts = NO_FACTS,
  flow,
}: {
  readonly args: Readonly<Record<string, unknown>>
  readonly facts?: Facts | undefined
  /** Where its values came from. */
  readonly flow?: Flow | undefined
}): ReactNode {
  const names = Object.keys(args)
  const { of, rest } = factsBy(readFacts(facts), names)
  const { special, shown, noted, names: others } = specialIn(args, '', facts, flow)
  const unnoted = shown.filter((name) => !noted.includes(name))
  return (
    <>
      {names.length === 0 && <p className="quiet">The call has no arguments.</p>}
      {special}
      <OriginNotes values={unnoted.flatMap((name) => valuesAt(flow, stepTo('', name)))} />
      <FactRows facts={shown.flatMap((name) => of.get(name) ?? [])} />
      {others.map((name) => (
        <section key={name} className="approvals-argument" aria-label={name}>
          <h3>
            <VisibleText text={name} />
          </h3>
          <ArgumentValue value={args[name]} at={stepTo('', name)} label={name} facts={facts} />
          <OriginNotes values={valuesAt(flow, stepTo('', name))} />
          <FactRows facts={of.get(name) ?? []} />
        </section>
      ))}
      <OriginNotes
        values={valuesBeside(
          flow,
          names.map((name) => stepTo('', name)),
        )}
      />
      <FactRows facts={rest} />
      <CodeBlock label="As JSON, the way it is bound" text={canonicalJson(args)} />
    </>
  )
}

function FactRows({ facts }: { readonly facts: readonly ReadFact[] }): ReactNode {
  if (facts.length === 0) return null
  return (
    <ul className="approvals-facts">
      {facts.map(({ at, what, value, flags, unread = false }) => (
        <li key={[at, what, value, ...flags].join(' ')} data-unread={unread || undefined}>
          <span className="approvals-fact-what">
            {unread && <TriangleAlert aria-hidden />}
            {what}
          </span>
          <span className="approvals-fact-value">
            <VisibleText text={value} />
            {at.split('/').length > 2 && <code className="quiet"> at {at}</code>}
            {flags.length > 0 && (
              <span className="chips">
                {flags.map((flag) => (
                  <Chip key={flag} tone="wait">
                    {flag}
                  </Chip>
                ))}
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}
