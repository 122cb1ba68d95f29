import { PencilLine } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import type { Output } from '../../api/call.ts'
import { useList } from '../../api/lists.ts'
import { PlaceLink, useGo, usePlace } from '../../app/place.tsx'
import { StateChip } from '../../design/chip.tsx'
import { CodeBlock } from '../../design/code-block.tsx'
import { Drawer, Facts, Section } from '../../design/drawer.tsx'
import { ErrorPanel } from '../../design/error-panel.tsx'
import { JsonTree } from '../../design/json-tree.tsx'
import { SkeletonRows } from '../../design/skeleton.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { EffectChip, ModeChip, Origin } from './chips.tsx'
import { CedarText } from './language/cedar-text.tsx'
import { assuranceOf, durationOf, effectOf, liftedBy, type Policy } from './words-of-policies.ts'

type InForce = Output<'policies.list'>

/** One policy in force: as it is written, what it says of itself, and what it decided. */
export function PolicyDrawer({
  id,
  inForce: { policies, guards, limits },
}: {
  readonly id: string
  readonly inForce: InForce
}): ReactNode {
  const go = useGo()
  const { search } = usePlace()
  const policy = policies.find((one) => one.id === id)
  const used = useMemo(
    () => [...guards, ...limits].filter(({ name }) => names(policy, String(name))),
    [policy, guards, limits],
  )
  return (
    <Drawer
      open
      wide
      eyebrow="Policy in force"
      title={<code>{id}</code>}
      onClose={() => go({ page: 'policies', item: 'in-force', search })}
    >
      {policy === undefined ? (
        <p className="quiet">No policy of this id is in force now.</p>
      ) : (
        <>
          <Facts rows={factsOf(policy)} />
          <CodeBlock text={policy.text} label={`${policy.file}, line ${policy.line}`}>
            <CedarText text={policy.text} />
          </CodeBlock>
          {policy.origin === 'managed' && (
            <div className="actions">
              <PlaceLink
                className="button"
                to={{ page: 'policies', item: 'editor', part: policy.file }}
              >
                <PencilLine aria-hidden /> Open in the editor
              </PlaceLink>
            </div>
          )}
        </>
      )}
      {used.map((definition) => (
        <JsonTree
          key={String(definition['name'])}
          label={`It looks at ${String(definition['name'])}`}
          value={definition}
        />
      ))}
      <Decided policy={id} />
    </Drawer>
  )
}

/** Whether a policy names a guard or a limit. */
function names(policy: Policy | undefined, name: string): boolean {
  return (
    policy?.text.includes(`"${name}"`) === true ||
    policy?.obligations?.limit.includes(name) === true
  )
}

function factsOf(policy: Policy): readonly (readonly [string, ReactNode])[] {
  const { mode, reason, remedy, lift, obligations, acceptsUnparsable } = policy
  return [
    ['Effect', <EffectChip key="effect" effect={effectOf(policy)} />],
    ['Mode', <ModeChip key="mode" mode={mode} />],
    ['Written in', <Origin key="origin" whole {...policy} />],
    ['Reason', reason === undefined ? undefined : <VisibleText key="reason" text={reason} />],
    ['Way forward', remedy === undefined ? undefined : <VisibleText key="remedy" text={remedy} />],
    ['Lifted by', lift === undefined ? undefined : `${liftedBy(lift)}; ${assuranceOf(lift)}`],
    ['An approval holds', lift === undefined ? undefined : `for ${durationOf(lift.maxAge)}`],
    [
      'Calls alike',
      lift === undefined || lift.pattern === 0
        ? undefined
        : `may be approved together, for ${durationOf(lift.pattern)}`,
    ],
    ['Takes out of results', obligations?.redact.join(', ')],
    ['Labels results', obligations?.mark.join(', ')],
    ['Counts against', obligations?.limit.join(', ')],
    ['Unreadable arguments', acceptsUnparsable ? 'are accepted' : undefined],
  ]
}

const FEW = '10'
const STATES: Readonly<Record<string, string>> = {
  permit: 'permit',
  ask: 'asked',
  deny: 'denied',
  observed: 'observed',
}

/** The newest calls that it decided, or would have. */
function Decided({ policy }: { readonly policy: string }): ReactNode {
  const list = useList('calls.list', { policy, limit: FEW })
  return (
    <Section
      title="Decided lately"
      actions={
        <PlaceLink to={{ page: 'live', search: { policy } }}>All calls that it decided</PlaceLink>
      }
    >
      {list.error !== null && <ErrorPanel error={list.error} onRetry={list.again} />}
      {list.loading && <SkeletonRows count={3} />}
      {!list.loading && list.error === null && list.items.length === 0 && (
        <p className="quiet">No recorded call yet.</p>
      )}
      <ul className="rows">
        {list.items.map(({ id, server, target, subject, verdict, at }) => (
          <li key={id}>
            <StateChip state={STATES[verdict ?? ''] ?? 'cancelled'} />
            <span className="rows-main">
              <PlaceLink to={{ page: 'live', item: id }}>
                <VisibleText text={`${server}:${target}`} />
              </PlaceLink>
              <span className="quiet"> {subject}</span>
            </span>
            <Time at={at} />
          </li>
        ))}
      </ul>
    </Section>
  )
}
