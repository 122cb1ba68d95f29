import { EyeOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { Section } from '../../design/drawer.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { WhereFrom } from '../../flow/where-from.tsx'
import { factsOf, type Request } from './deed.ts'
import { ArgumentList } from './values/argument-list.tsx'

const WITHHELD = {
  kept: 'What the call carried is no longer kept.',
  roles: 'Your roles do not show what calls carry. Whoever answers sees all of it.',
} as const

/** What the call carries, whole; and where a virtual tool stands for another, what really leaves. */
export function WhatExactly({ request }: { readonly request: Request }): ReactNode {
  const { withheld, arguments: args, forwarded, flow } = request
  if (withheld !== undefined || args === undefined)
    return (
      <Section title="What exactly">
        <p className="approvals-notice" data-tone="plain">
          <EyeOff aria-hidden /> {WITHHELD[withheld ?? 'roles']}
        </p>
        {flow !== undefined && <WhereFrom flow={flow} />}
      </Section>
    )
  if (forwarded?.arguments === undefined)
    return (
      <Section title="What exactly">
        <ArgumentList args={args} facts={factsOf(request)} flow={flow} />
      </Section>
    )
  return (
    <>
      <Section title="What exactly leaves">
        <p>
          <VisibleText text={`${request.server}.${request.target}`} /> is a virtual tool. The server{' '}
          <b>
            <VisibleText text={forwarded.server} />
          </b>{' '}
          gets a call of{' '}
          <b>
            <VisibleText text={forwarded.target} />
          </b>{' '}
          with this:
        </p>
        {/* Analysers read what the server gets. */}
        <ArgumentList args={forwarded.arguments} facts={factsOf(request)} flow={flow} />
      </Section>
      <Section title="What the client asked for">
        <ArgumentList args={args} />
      </Section>
    </>
  )
}
