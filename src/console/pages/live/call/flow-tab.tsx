import type { ReactNode } from 'react'
import { WhereFrom } from '../../../flow/where-from.tsx'
import { Covered } from './carried-view.tsx'
import type { Detail } from './detail.ts'
import type { Reveal } from './use-reveal.ts'

/** Where the values of a call came from; what they are, and what was quoted, once somebody asked for it. */
export function FlowTab({
  call,
  reveal,
}: {
  readonly call: Detail
  readonly reveal: Reveal
}): ReactNode {
  const open = reveal.revealed !== undefined
  return (
    <div className="call-view">
      {!open && call.flow !== undefined && <Covered reveal={reveal} />}
      {open && (
        <p className="call-note" role="status">
          It is on record that you saw this.
        </p>
      )}
      <WhereFrom flow={reveal.revealed?.flow ?? call.flow} />
    </div>
  )
}
