import {
  ArrowRight,
  CircleAlert,
  CircleCheck,
  Info,
  type LucideIcon,
  TriangleAlert,
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { Output } from '../../api/call.ts'
import { PlaceLink } from '../../app/place.tsx'
import { Chip, type Tone } from '../../design/chip.tsx'
import { CopyButton } from '../../design/copy-button.tsx'
import { Section } from '../../design/drawer.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { capital, codeParts, fixPlace, sumText } from './posture-words.ts'

type Item = Output<'overview.show'>['posture'][number]

const LOOKS: Readonly<
  Record<
    Item['severity'],
    { readonly icon: LucideIcon; readonly tone: Tone; readonly word: string }
  >
> = {
  critical: { icon: CircleAlert, tone: 'bad', word: 'Critical' },
  warning: { icon: TriangleAlert, tone: 'wait', word: 'Warning' },
  info: { icon: Info, tone: 'plain', word: 'Note' },
}

/** What could be better, the worst first, each with what puts it right. */
export function Posture({ items }: { readonly items: readonly Item[] }): ReactNode {
  return (
    <Section
      title="Posture"
      actions={<span className="quiet numbers">{sumText(items.map((one) => one.severity))}</span>}
    >
      {items.length === 0 ? (
        <EmptyState icon={CircleCheck} title="Nothing to put right">
          Nothing of what this gateway looks at is open.
        </EmptyState>
      ) : (
        <ul className="posture">
          {items.map((item) => (
            <PostureItem key={item.id} item={item} />
          ))}
        </ul>
      )}
    </Section>
  )
}

function PostureItem({ item }: { readonly item: Item }): ReactNode {
  const { severity, title, detail, count, fix } = item
  const { icon, tone, word } = LOOKS[severity]
  const place = fix.page === undefined ? undefined : fixPlace(fix.page)
  return (
    <li className="posture-item">
      <Chip tone={tone} icon={icon}>
        {word}
      </Chip>
      <div className="posture-words">
        <h3>
          {capital(title)}
          {count !== undefined && <span className="posture-count numbers">{count}</span>}
        </h3>
        {detail !== '' && (
          <p>
            <Coded text={capital(detail)} />
          </p>
        )}
        <div className="posture-fix">
          {place === undefined ? (
            <span>
              <Coded text={capital(fix.label)} />
            </span>
          ) : (
            <PlaceLink to={place} className="posture-link">
              <Coded text={capital(fix.label)} />
              <ArrowRight aria-hidden />
            </PlaceLink>
          )}
          {fix.command !== undefined && (
            <span className="posture-command">
              <code>{fix.command}</code>
              <CopyButton text={fix.command} what={`command ${fix.command}`} />
            </span>
          )}
        </div>
      </div>
    </li>
  )
}

/** A text in which names stand between backticks. */
function Coded({ text }: { readonly text: string }): ReactNode {
  return codeParts(text).map(({ at, code, part }) =>
    code ? (
      <code key={at}>
        <VisibleText text={part} />
      </code>
    ) : (
      <VisibleText key={at} text={part} />
    ),
  )
}
