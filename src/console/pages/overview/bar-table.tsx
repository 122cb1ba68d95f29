import type { ReactNode } from 'react'
import { type Place, PlaceLink } from '../../app/place.tsx'
import type { Bar } from './buckets.ts'

/** The same numbers as a table; times without calls are left out. */
export function BarTable({
  bars,
  caption,
  timeOf,
  placeOf,
}: {
  readonly bars: readonly Bar[]
  readonly caption: string
  readonly timeOf: (at: number) => string
  readonly placeOf?: (bar: Bar) => Place
}): ReactNode {
  const rows = bars.filter(({ calls }) => calls > 0).toReversed()
  return (
    <details className="bar-table">
      <summary>As a table</summary>
      {rows.length === 0 ? (
        <p className="quiet">No calls in this time.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className="bar-table-scroll" tabIndex={0} aria-label={caption}>
          <table>
            <caption className="unseen">{caption}</caption>
            <thead>
              <tr>
                {['Time', 'Calls', 'Permitted', 'Asked', 'Denied'].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="numbers">
              {rows.map((bar) => (
                <tr key={bar.at}>
                  <th scope="row">
                    {placeOf === undefined ? (
                      timeOf(bar.at)
                    ) : (
                      <PlaceLink to={placeOf(bar)}>{timeOf(bar.at)}</PlaceLink>
                    )}
                  </th>
                  <td>{bar.calls}</td>
                  <td>{bar.permitted}</td>
                  <td>{bar.asked}</td>
                  <td>{bar.denied}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  )
}
