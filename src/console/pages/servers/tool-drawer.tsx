import { EyeOff, TriangleAlert, Wrench } from 'lucide-react'
import type { ReactNode } from 'react'
import { PlaceLink, useGo, usePlace } from '../../app/place.tsx'
import { Chip, Chips } from '../../design/chip.tsx'
import { CodeBlock } from '../../design/code-block.tsx'
import { CopyButton } from '../../design/copy-button.tsx'
import { Drawer, Facts, Section } from '../../design/drawer.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { JsonTree } from '../../design/json-tree.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { ClassActions } from './class-actions.tsx'
import { definitionOf } from './hidden-text.ts'
import { schemaNodes } from './schema-nodes.ts'
import { SchemaTree } from './schema-tree.tsx'
import { RISK_TONES, type ServerDetail, type Tool } from './server-state.ts'
import { sourceOf } from './tool-words.ts'

/** One tool: what it is said to do, by whom, and its definition as models read it. */
export function ToolDrawer({
  server,
  name,
  tool,
}: {
  readonly server: ServerDetail
  readonly name: string
  readonly tool: Tool | undefined
}): ReactNode {
  const { search } = usePlace()
  const go = useGo()
  return (
    <Drawer
      open
      wide
      eyebrow={`Tool of ${server.name}`}
      title={<VisibleText text={name} />}
      onClose={() => go({ page: 'servers', item: server.name, search })}
    >
      {tool === undefined ? (
        <EmptyState icon={Wrench} title="No such tool is known">
          {server.state.listed
            ? 'The server does not offer it any more.'
            : 'Its tools were not listed yet: ask the server again.'}
        </EmptyState>
      ) : (
        <>
          <Warnings tool={tool} />
          <Classes server={server.name} tool={tool} />
          <Definition tool={tool} />
        </>
      )}
    </Drawer>
  )
}

function Warnings({ tool: { hidden, contradictions } }: { readonly tool: Tool }): ReactNode {
  if (hidden.length + contradictions.length === 0) return null
  return (
    <ul className="servers-warnings">
      {hidden.length > 0 && (
        <li>
          <EyeOff aria-hidden />
          <span>
            <b>Something in its definition is invisible.</b> Below it is spelled out, at{' '}
            {hidden.map((pointer, index) => (
              <span key={pointer}>
                {index > 0 && ', '}
                <code>{pointer}</code>
              </span>
            ))}
            .
          </span>
        </li>
      )}
      {contradictions.map(({ problem, effects, arguments: named }) => (
        <li key={problem}>
          <TriangleAlert aria-hidden />
          <span>
            <b>
              <VisibleText text={problem} />
            </b>
            {effects.length > 0 && ` Effects: ${effects.join(', ')}.`}
            {named.length > 0 && (
              <>
                {' '}
                Arguments: <VisibleText text={named.join(', ')} />.
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}

const TRUST_WORDS = {
  trusted: 'trusted',
  members: 'written by members of the organisation',
  untrusted: 'untrusted: written by anybody',
} as const satisfies Record<Tool['classification']['trust'], string>

function Classes({ server, tool }: { readonly server: string; readonly tool: Tool }): ReactNode {
  const { classification, stated } = tool
  const { effects, risk, reversible, reads, trust } = classification
  const fields = Object.entries(tool.fields).map(([name, by]) => `${name}: ${by}`)
  const roles = tool.arguments.map(
    ({ name, role, said }) => `${name}: ${role}${said ? ', stated' : ''}`,
  )
  return (
    <Section title="What it does" actions={<ClassActions server={server} tool={tool} />}>
      <Facts
        rows={[
          ['Effects', <Chips key="effects" of={effects} />],
          [
            'Risk',
            <Chip key="risk" tone={RISK_TONES[risk] ?? 'plain'}>
              {risk}
            </Chip>,
          ],
          ['Can be undone', reversible ? 'yes' : 'no'],
          ['Reads', reads.length === 0 ? 'nobody said what kinds of data' : <Chips of={reads} />],
          ['Its results', TRUST_WORDS[trust]],
          ['But for', fields.length > 0 && <Named of={fields} />],
          ['Its arguments', roles.length > 0 && <Named of={roles} />],
          [
            'Who says so',
            stated === undefined ? (
              fromWhere(tool)
            ) : (
              <>
                <code>{stated.by}</code> in the console, <Time at={stated.at} />
              </>
            ),
          ],
          ['Narrows', tool.of && <Narrowed of={tool.of} />],
        ]}
      />
    </Section>
  )
}

/** Chips that begin with names of a server's. */
function Named({ of }: { readonly of: readonly string[] }): ReactNode {
  return (
    <span className="chips">
      {of.map((text) => (
        <Chip key={text}>
          <VisibleText text={text} />
        </Chip>
      ))}
    </span>
  )
}

function fromWhere(tool: Tool): string {
  return tool.classed === 'inferred'
    ? `nobody: inferred from its name and schema, with ${tool.classification.confidence} confidence`
    : `the ${sourceOf(tool)} file`
}

function Narrowed({ of }: { readonly of: string }): ReactNode {
  const colon = of.indexOf(':')
  const [server, tool] = [of.slice(0, colon), of.slice(colon + 1)]
  return (
    <PlaceLink to={{ page: 'servers', item: server, part: tool }}>
      <VisibleText text={of} />
    </PlaceLink>
  )
}

function Definition({ tool }: { readonly tool: Tool }): ReactNode {
  const definition = definitionOf(tool)
  const { description, inputSchema } = definition
  const nodes = schemaNodes(inputSchema)
  return (
    <>
      <Section title="What models are told">
        {typeof description === 'string' ? (
          <CodeBlock label="Description" text={description} />
        ) : (
          <p className="quiet">It has no description.</p>
        )}
      </Section>
      <Section title="Arguments">
        {nodes.length === 0 ? (
          <p className="quiet">It names none.</p>
        ) : (
          <SchemaTree nodes={nodes} />
        )}
      </Section>
      <Section title="Definition in full">
        {tool.digest === undefined ? (
          <p className="quiet">It has no digest: its definition is not one that can be digested.</p>
        ) : (
          <p className="servers-digest">
            <span className="quiet">SHA-256</span> <code>{tool.digest}</code>
            <CopyButton text={tool.digest} what="digest" />
          </p>
        )}
        <JsonTree label="As its server gave it" value={definition} />
      </Section>
    </>
  )
}
