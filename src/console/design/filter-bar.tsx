import { Search, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useFilter, useGo, usePlace } from '../app/place.tsx'
import { useShortcuts } from '../app/shortcuts.ts'
import { Button } from './button.tsx'
import { type Choice, Select } from './select.tsx'

/** Milliseconds after the last letter. */
const PAUSE = 200

interface FilterProps {
  /** In the address. */
  readonly name: string
  readonly label: string
  readonly choices: readonly Choice[]
}

/** Filters of a list. They stand in the address, so that a link leads to the same rows. */
export function FilterBar({
  search,
  filters,
  children,
}: {
  /** The search field: its name in the address, and what it searches. */
  readonly search?: { readonly name: string; readonly placeholder: string }
  readonly filters: readonly FilterProps[]
  readonly children?: ReactNode
}): ReactNode {
  const here = usePlace()
  const go = useGo()
  const names = [...filters.map(({ name }) => name), ...(search === undefined ? [] : [search.name])]
  const any = names.some((name) => here.search[name] !== undefined)
  const clear = (): void => {
    if (here.page === undefined) return
    const rest = Object.entries(here.search).filter(([name]) => !names.includes(name))
    go({ page: here.page, item: here.item, part: here.part, search: Object.fromEntries(rest) })
  }
  return (
    <search className="filters" aria-label="Filters">
      {search !== undefined && <SearchField {...search} />}
      {filters.map((filter) => (
        <Filter key={filter.name} {...filter} />
      ))}
      {any && (
        <Button look="bare" icon={X} onClick={clear}>
          Clear
        </Button>
      )}
      {children}
    </search>
  )
}

function Filter({ name, label, choices }: FilterProps): ReactNode {
  const [value = '', set] = useFilter(name)
  return (
    <Select
      look="filter"
      label={label}
      value={value}
      choices={[{ value: '', label: 'any' }, ...choices]}
      onChange={(next) => set(next)}
    />
  )
}

function SearchField({
  name,
  placeholder,
}: {
  readonly name: string
  readonly placeholder: string
}): ReactNode {
  const [value = '', set] = useFilter(name)
  const [typed, setTyped] = useState(value)
  const field = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  // The address changes without typing, too: by a step back, or by clearing.
  useEffect(() => setTyped(value), [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  useShortcuts([
    {
      keys: '/',
      label: 'Search this list',
      group: 'In the list',
      run: () => field.current?.focus(),
    },
  ])
  const onType = (next: string): void => {
    setTyped(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => set(next, { replace: true }), PAUSE)
  }
  return (
    <span className="search-field">
      <Search aria-hidden />
      <input
        ref={field}
        type="search"
        className="input"
        aria-label={placeholder}
        placeholder={placeholder}
        value={typed}
        onChange={(event) => onType(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
      />
    </span>
  )
}
