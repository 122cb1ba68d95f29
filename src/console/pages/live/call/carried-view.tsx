import { Eye, EyeOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../../../design/button.tsx'
import { Chips } from '../../../design/chip.tsx'
import { CodeBlock } from '../../../design/code-block.tsx'
import { Facts, Section } from '../../../design/drawer.tsx'
import { EmptyState } from '../../../design/empty-state.tsx'
import { ErrorPanel } from '../../../design/error-panel.tsx'
import { JsonTree } from '../../../design/json-tree.tsx'
import { listText, sizeText } from '../words.ts'
import type { Carried, Detail } from './detail.ts'
import type { Reveal } from './use-reveal.ts'

/** Arguments, result and facts: what everybody may know of them, and the rest for who may see it. */
export function CarriedView({
  call,
  reveal,
}: {
  readonly call: Detail
  readonly reveal: Reveal
}): ReactNode {
  const carried = reveal.revealed?.carried
  return (
    <div className="call-view">
      {carried === undefined ? <Covered reveal={reveal} /> : <Open carried={carried} />}
      <FactsSummary call={call} />
      <Section title="By digest">
        <Facts
          rows={[
            ['Arguments', <Print key="arguments" of={call.arguments} />],
            ['Passed on', call.forwarded && <Print key="on" of={call.forwarded.arguments} />],
            ['Result', <Print key="result" of={call.result} />],
          ]}
        />
      </Section>
    </div>
  )
}

/** Shows what calls carried to who may see it and says so; others are told why not. */
export function Covered({ reveal }: { readonly reveal: Reveal }): ReactNode {
  if (!reveal.may)
    return (
      <EmptyState icon={EyeOff} title="Your roles do not show what calls carried">
        Owners and auditors see arguments and results. Operators do not, by design.
      </EmptyState>
    )
  return (
    <>
      <EmptyState
        icon={EyeOff}
        title="What it carried is covered"
        action={
          <Button look="main" icon={Eye} busy={reveal.busy} onClick={reveal.reveal}>
            Show what it carried
          </Button>
        }
      >
        That you look is put on record before anything is shown.
      </EmptyState>
      {reveal.error !== null && <ErrorPanel error={reveal.error} onRetry={reveal.reveal} />}
    </>
  )
}

function Open({ carried }: { readonly carried: Carried }): ReactNode {
  const { arguments: args, facts, redacted, excerpts } = carried
  return (
    <>
      <p className="call-note" role="status">
        It is on record that you saw this.
        {redacted.length > 0 && (
          <>
            {' '}
            Taken out before it was recorded: <code>{redacted.join(', ')}</code>.
          </>
        )}
      </p>
      {args === undefined ? (
        <Excerpt label="Arguments, their beginning" text={excerpts.arguments} />
      ) : (
        <JsonTree label="Arguments" value={args} />
      )}
      <Excerpt label="Passed on to the server" text={excerpts.forwarded} />
      <Excerpt label="Result, as far as it is kept" text={excerpts.result} />
      {facts !== undefined && <FactsTree facts={facts} />}
    </>
  )
}

function FactsTree({ facts }: { readonly facts: NonNullable<Carried['facts']> }): ReactNode {
  const found = Object.entries(facts).filter(
    ([, value]) => !(Array.isArray(value) && value.length === 0),
  )
  if (found.length === 0)
    return <p className="quiet">Analysers found nothing to read in the arguments.</p>
  return <JsonTree label="Facts read from the arguments" value={Object.fromEntries(found)} />
}

function Excerpt({ label, text }: { readonly label: string; readonly text?: string | undefined }) {
  return text === undefined ? null : <CodeBlock label={label} text={text} />
}

/** What analysers read, in their own words: no value of the caller's. */
function FactsSummary({ call: { facts = [], classes } }: { readonly call: Detail }): ReactNode {
  if (facts.length === 0 && classes === undefined) return null
  return (
    <Section title="What is known of it">
      <Facts
        rows={[
          ...Object.entries(classes ?? {}).map(
            ([name, value]) => [CLASS_NAMES[name] ?? name, wordsOf(value)] as const,
          ),
          ...facts.map(
            ({ kind, count, classes: words = [], flags }) =>
              [
                `${count} ${kind}`,
                words.length + flags.length === 0 ? (
                  'nothing odd'
                ) : (
                  <Chips key={kind} of={[...new Set([...words, ...flags])]} />
                ),
              ] as const,
          ),
        ]}
      />
    </Section>
  )
}

const CLASS_NAMES: Readonly<Record<string, string>> = {
  effects: 'The tool can',
  reads: 'It hands out',
  reversible: 'Reversible',
  risk: 'Risk',
  trust: 'What it returns',
  source: 'Said by',
  confidence: 'Sure',
}

function wordsOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length === 0 ? undefined : listText(value.map(String))
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return String(value)
}

function Print({
  of,
}: {
  readonly of?: { readonly digest: string; readonly of: string; readonly size: number } | undefined
}): ReactNode {
  if (of === undefined) return <span className="quiet">none</span>
  return (
    <>
      <code className="call-hash">{of.digest}</code>{' '}
      <span className="quiet">
        of {sizeText(of.size)} {of.of}
      </span>
    </>
  )
}
