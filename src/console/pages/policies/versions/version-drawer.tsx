import { Eye, PencilLine, Play, ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { useList } from '../../../api/lists.ts'
import { useRead } from '../../../api/queries.ts'
import { useMay } from '../../../app/me.tsx'
import { PlaceLink, useGo } from '../../../app/place.tsx'
import { Button } from '../../../design/button.tsx'
import { CodeBlock } from '../../../design/code-block.tsx'
import { Drawer, Facts, Section } from '../../../design/drawer.tsx'
import { Loaded } from '../../../design/loaded.tsx'
import { Time } from '../../../design/time.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'
import { ModeChip } from '../chips.tsx'
import { type Files, namesOf } from '../editor/draft.ts'
import { TextDiff } from '../editor/text-diff.tsx'
import { CedarText } from '../language/cedar-text.tsx'
import type { Rollout } from './roll-out-words.ts'
import { useRollOut } from './use-roll-out.tsx'

/** One version: who saved it and why, its files against those in force, and what to do with it. */
export function VersionDrawer({
  version,
  rollout,
}: {
  readonly version: string
  readonly rollout: Rollout
}): ReactNode {
  const go = useGo()
  const query = useRead('policies.version', { version })
  return (
    <Drawer
      open
      wide
      eyebrow="Version"
      title={version}
      onClose={() => go({ page: 'policies', item: 'versions' })}
    >
      <Loaded query={query}>
        {({ version: { hash, author, comment, created, files, version: number } }) => (
          <>
            <Facts
              rows={[
                ['Why', comment === '' ? undefined : <VisibleText key="why" text={comment} />],
                ['Saved', <Time key="created" at={created} />],
                ['By', <code key="by">{author}</code>],
                ['Hash', <code key="hash">{hash}</code>],
                [
                  'In force',
                  number === rollout.version ? <ModeChip key="mode" mode={rollout.mode} /> : 'no',
                ],
              ]}
            />
            <Actions version={number} rollout={rollout} />
            <FilesOf version={number} files={files} rollout={rollout} />
            <PutInForce version={number} />
          </>
        )}
      </Loaded>
    </Drawer>
  )
}

function Actions({
  version,
  rollout,
}: {
  readonly version: number
  readonly rollout: Rollout
}): ReactNode {
  const may = useMay('policies.write')
  const { ask, dialog } = useRollOut(rollout)
  const is = (mode: string): boolean => rollout.version === version && rollout.mode === mode
  return (
    <div className="actions">
      {may && !is('observe') && (
        <Button
          icon={Eye}
          look={rollout.version === version ? 'plain' : 'main'}
          onClick={() => ask({ version, mode: 'observe' })}
        >
          Let it observe
        </Button>
      )}
      {may && !is('enforce') && (
        <Button icon={ShieldCheck} onClick={() => ask({ version, mode: 'enforce' })}>
          Enforce
        </Button>
      )}
      <PlaceLink
        className="button"
        to={{ page: 'policies', item: 'editor', search: { version: String(version) } }}
      >
        <PencilLine aria-hidden /> Open in the editor
      </PlaceLink>
      <PlaceLink
        className="button"
        to={{ page: 'policies', item: 'simulate', search: { what: String(version) } }}
      >
        <Play aria-hidden /> Simulate
      </PlaceLink>
      {dialog}
    </div>
  )
}

function FilesOf({
  version,
  files,
  rollout,
}: {
  readonly version: number
  readonly files: Files
  readonly rollout: Rollout
}): ReactNode {
  const other = rollout.version > 0 && rollout.version !== version
  const before = useRead('policies.version', { version: String(rollout.version) }, { when: other })
    .data?.version.files
  const names = namesOf({ ...(before ?? {}), ...files })
  const title = before === undefined ? 'Files' : `Files, against version ${rollout.version}`
  return (
    <Section title={title}>
      {names.length === 0 && <p className="quiet">None.</p>}
      {names.map((name) =>
        before === undefined ? (
          <CodeBlock key={name} label={name} text={files[name] ?? ''}>
            {name.endsWith('.cedar') ? <CedarText text={files[name] ?? ''} /> : undefined}
          </CodeBlock>
        ) : (
          <TextDiff key={name} label={name} before={before[name] ?? ''} after={files[name] ?? ''} />
        ),
      )}
    </Section>
  )
}

/** When this version was put in force, among the newest changes of what is. */
function PutInForce({ version }: { readonly version: number }): ReactNode {
  const { items } = useList('policies.rollouts', { limit: '200' })
  const own = items.filter((one) => one.version === version)
  if (own.length === 0) return null
  return (
    <Section title="Put in force">
      <ul className="rows">
        {own.map(({ seq, mode, by, at }) => (
          <li key={seq}>
            <ModeChip mode={mode} />
            <span className="rows-main">
              <code>{by}</code>
            </span>
            <Time at={at} />
          </li>
        ))}
      </ul>
    </Section>
  )
}
