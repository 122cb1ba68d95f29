import { useEffect, useRef, useSyncExternalStore } from 'react'

/** Something that a key does. */
export interface Shortcut {
  /** Keys as people write them: `j`, `g l` (one after the other), `mod+k` (⌘ or Ctrl), `shift+a`. */
  readonly keys: string
  /** What it does, in the list of `?`. */
  readonly label: string
  /** Where it stands in that list. */
  readonly group: string
  readonly run: (event: KeyboardEvent) => void
  /** Works while one types, too. */
  readonly always?: boolean
}

const active = new Set<Shortcut>()
const watchers = new Set<() => void>()
let list: readonly Shortcut[] = []
let before: { readonly key: string; readonly at: number } | undefined

/** Milliseconds within which the second key of a sequence has to come. */
const PATIENCE = 1_200

/** Shortcuts of a component, while it is there. The newest of equal keys wins. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts)
  useEffect(() => {
    latest.current = shortcuts
  })
  const signature = shortcuts.map(({ keys, label }) => `${keys}\0${label}`).join('\n')
  useEffect(() => {
    const mine = latest.current.map((shortcut, index) => ({
      ...shortcut,
      run: (event: KeyboardEvent) => latest.current[index]?.run(event),
    }))
    // What the list says depends on nothing else than these words.
    void signature
    for (const one of mine) active.add(one)
    changed()
    return () => {
      for (const one of mine) active.delete(one)
      changed()
    }
  }, [signature])
}

/** All that work now. */
export function useActiveShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => list,
  )
}

/** Listens to the keyboard of the whole page. Ends when the returned function is called. */
export function listenToKeys(): () => void {
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}

function changed(): void {
  list = [...active]
  for (const watcher of watchers) watcher()
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return
  const pressed = keyOf(event)
  if (pressed === undefined) return
  const first = before !== undefined && event.timeStamp - before.at < PATIENCE ? before.key : ''
  before = { key: pressed, at: event.timeStamp }
  if (PRESSES.includes(pressed) && isPressed(event.target)) return
  const typing = isTyping(event.target)
  const found = list.findLast(
    ({ keys, always = false }) =>
      (keys === `${first} ${pressed}` || keys === pressed) && (always || !typing),
  )
  if (found === undefined) return
  before = undefined
  event.preventDefault()
  found.run(event)
}

/** The key as shortcuts write it; undefined for a modifier alone. */
export function keyOf({
  key,
  ctrlKey,
  metaKey,
  altKey,
  shiftKey,
}: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string | undefined {
  if (['Control', 'Meta', 'Alt', 'Shift', 'AltGraph', 'Dead'].includes(key)) return undefined
  const plain = key === ' ' ? 'space' : key.toLowerCase()
  // Of a sign such as `?` nobody says that it needs shift.
  const named = shiftKey && (/^[a-z]$/.test(plain) || plain.length > 1)
  return [ctrlKey || metaKey ? 'mod' : '', altKey ? 'alt' : '', named ? 'shift' : '', plain]
    .filter((part) => part !== '')
    .join('+')
}

const FIELDS =
  'input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable=true]'

/** Keys by which whatever has the focus is pressed. */
const PRESSES = ['space', 'enter']
const PRESSED =
  'button, a, summary, input, select, [role=button], [role=option], [role=tab], [role=menuitem]'

function isPressed(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches(PRESSED)
}

function isTyping(target: EventTarget | null): boolean {
  // What is typed into an editor comes from its shadow root; only its host is seen here.
  return target instanceof Element && (target.matches(FIELDS) || target.shadowRoot !== null)
}
