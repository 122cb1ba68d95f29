import { LoaderCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import { useLive } from '../../api/live.ts'
import { reread } from '../../api/queries.ts'
import { PlaceLink } from '../../app/place.tsx'
import { CodeBlock } from '../../design/code-block.tsx'
import { Section } from '../../design/drawer.tsx'

const FOR_STDIO = `{
  "mcpServers": {
    "bailiwick": { "command": "npx", "args": ["bailiwick", "connect"] }
  }
}`

/** For a gateway that nobody has called: what to do next. It goes away with the first call. */
export function FirstRun({ servers }: { readonly servers: number }): ReactNode {
  useLive(({ kind }) => {
    if (kind === 'call') void reread(['overview', 'calls'])
  })
  const overHttp = `claude mcp add --transport http bailiwick ${window.location.origin}/mcp`
  return (
    <section className="first-run" aria-label="Connect a host">
      <Section title="Connect a host">
        <p className="first-run-words">
          Bailiwick stands before{' '}
          <PlaceLink to={{ page: 'servers' }}>
            {servers} {servers === 1 ? 'server' : 'servers'}
          </PlaceLink>
          , and no call has come through so far. Give a host one of these; it will ask you to sign
          in.
        </p>
        <div className="first-run-ways">
          <CodeBlock label="A host that speaks HTTP, such as Claude Code" text={overHttp} />
          <CodeBlock label="A host that starts its servers: its configuration" text={FOR_STDIO} />
        </div>
        <p className="first-run-waiting" role="status">
          <LoaderCircle aria-hidden className="turning" />
          Waiting for the first call: it appears here by itself.
        </p>
      </Section>
    </section>
  )
}
