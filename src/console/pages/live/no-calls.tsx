import { Radio } from 'lucide-react'
import type { ReactNode } from 'react'
import { CodeBlock } from '../../design/code-block.tsx'
import { EmptyState } from '../../design/empty-state.tsx'

/** For a gateway that nobody has called: how a host is connected. */
export function NoCalls(): ReactNode {
  return (
    <EmptyState
      icon={Radio}
      title="No call has come through yet"
      action={
        <div className="live-connect">
          <CodeBlock label="Claude Code" text={connectOverHttp()} />
          <CodeBlock label="A host that starts its servers" text="bailiwick connect" />
        </div>
      }
    >
      Connect a host: its calls appear here as they happen.
    </EmptyState>
  )
}

/** For a host that speaks HTTP. */
export function connectOverHttp(): string {
  return `claude mcp add --transport http bailiwick ${window.location.origin}/mcp`
}
