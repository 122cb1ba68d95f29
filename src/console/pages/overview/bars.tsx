import { type ReactNode, useId } from 'react'
import { type Bar, scaleOf } from './buckets.ts'

const HEIGHT = 96
const WIDTH = 600
const PARTS = ['permitted', 'asked', 'denied'] as const

/** Bars by time, the newest at the right, with a scale; its numbers stand in a table besides. */
export function Bars({
  bars,
  label,
  onOpen,
}: {
  readonly bars: readonly Bar[]
  readonly label: string
  /** A click on a bar. */
  readonly onOpen?: (bar: Bar) => void
}): ReactNode {
  const title = useId()
  const top = scaleOf(Math.max(0, ...bars.map(({ calls }) => calls)))
  const step = WIDTH / Math.max(1, bars.length)
  return (
    <div className="bars">
      <span className="bars-scale numbers" aria-hidden>
        {top}
      </span>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-labelledby={title}
        className="bars-picture"
      >
        <title id={title}>{label}</title>
        <line className="bars-line" x1={0} x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} />
        {bars.map((bar, index) => (
          <BarParts
            key={bar.at}
            bar={bar}
            x={index * step}
            width={Math.max(1, step - 1.5)}
            unit={HEIGHT / top}
            {...(onOpen === undefined ? {} : { onOpen })}
          />
        ))}
      </svg>
      <span className="bars-scale numbers" aria-hidden>
        0
      </span>
    </div>
  )
}

function BarParts({
  bar,
  x,
  width,
  unit,
  onOpen,
}: {
  readonly bar: Bar
  readonly x: number
  readonly width: number
  readonly unit: number
  readonly onOpen?: (bar: Bar) => void
}): ReactNode {
  let y = HEIGHT
  const rects = PARTS.map((part) => {
    const height = bar[part] * unit
    y -= height
    return { part, y, height }
  })
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the table besides has links
    <g className="bar" data-opens={onOpen !== undefined || undefined} onClick={() => onOpen?.(bar)}>
      <rect className="bar-space" x={x} y={0} width={width} height={HEIGHT} />
      {rects.map(
        ({ part, y: from, height }) =>
          height > 0 && (
            <rect key={part} data-part={part} x={x} y={from} width={width} height={height} />
          ),
      )}
    </g>
  )
}

/** What the colours mean. */
export function BarLegend(): ReactNode {
  return (
    <ul className="bars-legend" aria-hidden>
      {PARTS.map((part) => (
        <li key={part} data-part={part}>
          {part}
        </li>
      ))}
    </ul>
  )
}
