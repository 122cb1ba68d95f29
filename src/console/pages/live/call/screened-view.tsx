import type { ReactNode } from 'react'
import { Chip, type Tone } from '../../../design/chip.tsx'
import { Section } from '../../../design/drawer.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'
import type { Detail } from './detail.ts'
import { actionWords, type Found, gathered, partWords } from './screened-words.ts'

const TONES: Readonly<Record<string, Tone>> = {
  mark: 'note',
  redact: 'wait',
  withhold: 'bad',
  block: 'bad',
}

/** What screens found in the messages of a call, and what was done about it: never the passage. */
export function ScreenedView({
  call,
  revealed,
}: {
  readonly call: Detail
  /** The same call with what it carried, once that was asked for. */
  readonly revealed: Detail['screened']
}): ReactNode {
  const found = revealed ?? call.screened ?? []
  if (found.length === 0) return null
  return (
    <Section
      title="What screens found"
      actions={<span className="quiet numbers">{found.length}</span>}
    >
      <ul className="rows">
        {gathered(found).map(({ key, one, count, places }) => (
          <li key={key}>
            <Chip tone={TONES[one.action] ?? 'plain'}>{actionWords(one.action)}</Chip>
            <span className="rows-main two-lines">
              <span>
                <b>{one.type}</b> ({one.category}) in {partWords(one.part)}
                {count > 1 && `, ${count} times`}
              </span>
              <span className="quiet">
                {one.certainty}, by <code>{one.rule}</code>
                {places.length > 0 && (
                  <>
                    , at <VisibleText text={places.join(', ')} />
                  </>
                )}
              </span>
            </span>
            <Screen of={one} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Screen({ of: { screen } }: { readonly of: Found }): ReactNode {
  return (
    <span className="quiet">
      screen <code>{screen.replace(/^screen:/, '')}</code>
    </span>
  )
}
