import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { PlaceLink } from '../../app/place.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { ChangeValue } from './change-value.tsx'
import type { Secret } from './view.ts'
import { idOf, ownerWords, PLACES } from './words.ts'

/** Secrets that were seen outside, above all others: where, what depends on them, and what to do. */
export function ExposedSecrets({
  secrets,
  tab,
  mayChange,
}: {
  readonly secrets: readonly Secret[]
  readonly tab: 'mine' | 'all'
  readonly mayChange: (secret: Secret) => boolean
}): ReactNode {
  const exposed = secrets.filter(({ state }) => state === 'exposed')
  if (exposed.length === 0) return null
  return (
    <section className="secrets-exposed" aria-label="Exposed">
      {exposed.map((secret) => (
        <article key={idOf(secret)} className="error-panel">
          <TriangleAlert aria-hidden />
          <div className="error-words">
            <h2 className="error-title">
              Exposed:{' '}
              <PlaceLink to={{ page: 'secrets', item: tab, part: idOf(secret) }}>
                {secret.name}
              </PlaceLink>
              {tab === 'all' && <> of {ownerWords(secret.owner)}</>}
            </h2>
            <Seen secret={secret} />
            <p>
              <b>Depends on it: </b>
              {secret.servers.length === 0 ? 'no server' : secret.servers.join(', ')}.{' '}
              <b>To do: </b>
              {mayChange(secret)
                ? 'revoke it where it comes from, make a new one there, and change the value here.'
                : `${ownerWords(secret.owner)} has to revoke it where it comes from, and change the value here.`}
            </p>
          </div>
          {mayChange(secret) && <ChangeValue secret={secret} />}
        </article>
      ))}
    </section>
  )
}

function before(times: number): string {
  return times === 1 ? 'once' : `${times} times`
}

function Seen({ secret: { exposures } }: { readonly secret: Secret }): ReactNode {
  const last = exposures.at(-1)
  if (last === undefined) return null
  const { at, place, where } = last
  return (
    <p>
      Its value was seen {PLACES[place]}{' '}
      <code>
        <VisibleText text={where} />
      </code>{' '}
      <Time at={at} />
      {exposures.length > 1 && `, and ${before(exposures.length - 1)} before`}.
    </p>
  )
}
