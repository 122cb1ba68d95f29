import { Lightbulb } from 'lucide-react'
import type { ReactNode } from 'react'
import { PlaceLink } from '../../app/place.tsx'
import { steers } from '../../flow/flow-facts.ts'
import type { Request } from './deed.ts'

/** What helps besides a yes, where somebody else's text names what a call acts on. */
export function FlowRemedies({ request: { flow } }: { readonly request: Request }): ReactNode {
  if (flow === undefined) return null
  if (!flow.values.some(steers) && !flow.readUntrusted) return null
  const search = { view: 'contexts', context: flow.context }
  return (
    <div className="approvals-remedies">
      <Lightbulb aria-hidden />
      <div>
        <p>If you are not sure, decline. The agent can then</p>
        <ul>
          <li>leave the argument out, or</li>
          <li>
            take the value from a directory or a list, which nobody can write an order into, or
          </li>
          <li>begin a new conversation, once you have opened a clean context.</li>
        </ul>
        {flow.context !== '' && (
          <p>
            <PlaceLink to={{ page: 'approvals', search }}>What this agent has read</PlaceLink>
          </p>
        )}
      </div>
    </div>
  )
}
