import { BookOpen, CircleHelp, Globe, type LucideIcon, Pencil, Terminal, User } from 'lucide-react'
import type { ReactNode } from 'react'
import { PlaceLink } from '../../app/place.tsx'
import { Chip } from '../../design/chip.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import type { ServerDetail } from './server-state.ts'

type Question = keyof ServerDetail['questions']

const ASKED: readonly (readonly [id: Question, words: string, icon: LucideIcon])[] = [
  ['reads', 'What can it read?', BookOpen],
  ['writes', 'What can it change?', Pencil],
  ['executes', 'What can it execute?', Terminal],
  ['runsAs', 'Whom does it run as?', User],
  ['connects', 'Where can it connect?', Globe],
]

const KNOWN = { all: 'known', some: 'in part', nothing: 'unknown' } as const
const MOST_NAMED = 3

/** Five questions about a server, and how much of each answer is known. */
export function Questions({ server }: { readonly server: ServerDetail }): ReactNode {
  return (
    <dl className="servers-questions">
      {ASKED.map(([id, words, Icon]) => {
        const { known, answer, tools } = server.questions[id]
        return (
          <div key={id} className="servers-question" data-known={known}>
            <dt>
              <Icon aria-hidden />
              {words}
            </dt>
            <dd>
              <VisibleText text={answer} />
              {tools.length > 0 && <Named server={server.name} tools={tools} />}
              <Chip
                tone={known === 'nothing' ? 'wait' : 'plain'}
                {...(known === 'nothing' ? { icon: CircleHelp } : {})}
              >
                {KNOWN[known]}
              </Chip>
            </dd>
          </div>
        )
      })}
    </dl>
  )
}

function Named({
  server,
  tools,
}: {
  readonly server: string
  readonly tools: readonly string[]
}): ReactNode {
  const rest = tools.length - MOST_NAMED
  return (
    <span className="servers-named">
      {tools.slice(0, MOST_NAMED).map((tool) => (
        <PlaceLink key={tool} to={{ page: 'servers', item: server, part: tool }}>
          {tool}
        </PlaceLink>
      ))}
      {rest > 0 && <span className="quiet">and {rest} more below</span>}
    </span>
  )
}
