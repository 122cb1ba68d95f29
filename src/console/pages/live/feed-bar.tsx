import { Pause, Play, X } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { useFilter } from '../../app/place.tsx'
import { Button } from '../../design/button.tsx'
import { FilterBar } from '../../design/filter-bar.tsx'
import { clockText } from './clock-text.ts'
import { type FeedCall, SPANS } from './filters.ts'

const DECISIONS = [
  { value: 'permit', label: 'permitted' },
  { value: 'observed', label: 'would be denied' },
  { value: 'ask', label: 'asked' },
  { value: 'deny', label: 'denied' },
]
const TIMES = Object.entries(SPANS).map(([value, { label }]) => ({ value, label }))
const MOST_CHOICES = 40

/** The filters of the feed, those that came with a link, and whether it goes on. */
export function FeedBar({
  calls,
  held,
  isLive,
  onToggle,
}: {
  readonly calls: readonly FeedCall[]
  readonly held: boolean
  readonly isLive: boolean
  readonly onToggle: () => void
}): ReactNode {
  return (
    <div className="list-bar live-bar">
      <FilterBar
        search={{ name: 'q', placeholder: 'Tool, server, who, client, call id' }}
        filters={[
          { name: 'server', label: 'Server', choices: useSeen(calls, 'server') },
          { name: 'target', label: 'Tool', choices: useSeen(calls, 'target') },
          { name: 'effect', label: 'Decision', choices: DECISIONS },
          { name: 'subject', label: 'Who', choices: useSeen(calls, 'subject') },
          { name: 'client', label: 'Client', choices: useSeen(calls, 'client') },
          { name: 'since', label: 'Time', choices: TIMES },
        ]}
      >
        <Pill name="policy" label="Policy" />
        <Pill name="grant" label="Grant" />
        <Pill name="from" label="From" read={clock} />
        <Pill name="to" label="Before" read={clock} />
      </FilterBar>
      {isLive ? (
        <Button icon={held ? Play : Pause} onClick={onToggle}>
          {held ? 'Go on' : 'Pause'}
        </Button>
      ) : (
        <span className="quiet">A time that is over: nothing new comes here</span>
      )}
    </div>
  )
}

/** What is to be chosen: what the calls that are loaded show, and what is chosen. */
function useSeen(calls: readonly FeedCall[], name: 'server' | 'target' | 'subject' | 'client') {
  const [chosen] = useFilter(name)
  // A new list of the same names would draw all filters again with every call.
  const written = useMemo(() => {
    const names = new Set(chosen === undefined ? [] : [chosen])
    for (const call of calls) {
      const value = call[name]
      if (value !== null && value !== '') names.add(value)
      if (names.size >= MOST_CHOICES) break
    }
    return JSON.stringify([...names].sort())
  }, [calls, name, chosen])
  return useMemo(
    () => (JSON.parse(written) as readonly string[]).map((value) => ({ value, label: value })),
    [written],
  )
}

function clock(at: string): string {
  return clockText(at, Number.POSITIVE_INFINITY)
}

/** A filter that links set: it can only be taken out. */
function Pill({
  name,
  label,
  read = (value) => value,
}: {
  readonly name: string
  readonly label: string
  readonly read?: (value: string) => string
}): ReactNode {
  const [value, set] = useFilter(name)
  if (value === undefined) return null
  return (
    <Button icon={X} onClick={() => set(undefined)}>
      <span className="quiet">{label}:</span> {read(value)}
    </Button>
  )
}
