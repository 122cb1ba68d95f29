import type { ReactNode } from 'react'
import { Chip } from '../../design/chip.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import type { SchemaNode } from './schema-nodes.ts'

/** Arguments, and parts of arguments below them. */
export function SchemaTree({ nodes }: { readonly nodes: readonly SchemaNode[] }): ReactNode {
  return (
    <ul className="servers-schema">
      {nodes.map((node) => (
        <li key={node.name}>
          <Line node={node} />
          {node.parts.length > 0 && <SchemaTree nodes={node.parts} />}
        </li>
      ))}
    </ul>
  )
}

function Line({ node }: { readonly node: SchemaNode }): ReactNode {
  const { name, type, required, description, bounds } = node
  return (
    <div className="servers-argument">
      <p className="servers-argument-head">
        <code>
          <VisibleText text={name} />
        </code>
        <span className="quiet">
          <VisibleText text={type} />
        </span>
        {required && <Chip>required</Chip>}
      </p>
      {description !== undefined && (
        <p className="servers-argument-words">
          <VisibleText text={description} />
        </p>
      )}
      {bounds.length > 0 && (
        <p className="quiet">
          <VisibleText text={bounds.join('; ')} />
        </p>
      )}
    </div>
  )
}
