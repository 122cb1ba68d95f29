import type { ReactNode } from 'react'
import { LIKENESS_MEANINGS } from '../../kernel/flow-words.ts'
import { useMay } from '../app/me.tsx'
import { PlaceLink } from '../app/place.tsx'
import { VisibleText } from '../design/visible-text.tsx'
import type { FlowSighting } from './flow-facts.ts'
import { quoteParts } from './quote-parts.ts'

/** The call whose answer held a value; a link, for who may see calls. */
export function SourceCall({ of }: { readonly of: FlowSighting }): ReactNode {
  const may = useMay('look')
  const { call, server, target } = of
  const name = (
    <>
      <VisibleText text={server} /> · <VisibleText text={target} />
    </>
  )
  if (call === '') return <b>an answer that is no longer kept</b>
  if (!may) return <b>{name}</b>
  return (
    <PlaceLink
      to={{ page: 'live', item: call }}
      label={`${server} · ${target}, the earlier call`}
      className="link flow-source"
    >
      {name}
    </PlaceLink>
  )
}

/** What stood around a value, with the value told apart. */
export function Quote({
  of: { quote = '', likeness },
  value,
}: {
  readonly of: FlowSighting
  readonly value: string
}): ReactNode {
  if (quote === '') return null
  return (
    <blockquote className="flow-quote">
      {quoteParts(quote, value).map(({ at, text, hit }) =>
        hit ? (
          <mark key={at} className="flow-hit">
            <VisibleText text={text} />
          </mark>
        ) : (
          <VisibleText key={at} text={text} />
        ),
      )}
      {likeness !== 'same' && <footer className="quiet">{LIKENESS_MEANINGS[likeness]}</footer>}
    </blockquote>
  )
}
