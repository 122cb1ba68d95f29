/** A text that takes the place of another. */
export interface Edit {
  readonly from: string
  readonly to: string
}

const OLD = new Set(['old', 'before', 'original', 'previous', 'search', 'find'])
const NEW = new Set(['new', 'after', 'replacement', 'replace', 'updated'])
const HUNK = /^@@ -\d+(,\d+)? \+\d+(,\d+)? @@/m
const HEAD = /^(--- .*\n\+\+\+ |diff --git )/m

/** Names of two texts of which one takes the place of the other: `old_text` and `newText`. */
export function editsIn(value: Readonly<Record<string, unknown>>): readonly Edit[] {
  const names = Object.keys(value).filter((name) => typeof value[name] === 'string')
  const taken = new Set<string>()
  const edits: Edit[] = []
  for (const from of names) {
    const rest = without(from, OLD)
    if (rest === undefined || taken.has(from)) continue
    const to = names.find((name) => !taken.has(name) && without(name, NEW) === rest)
    if (to === undefined) continue
    taken.add(from).add(to)
    edits.push({ from, to })
  }
  return edits
}

/** A name without the word that says which side it is; undefined if there is none. */
function without(name: string, words: ReadonlySet<string>): string | undefined {
  const parts = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
  const at = parts.findIndex((part) => words.has(part))
  return at < 0 ? undefined : parts.toSpliced(at, 1).join(' ')
}

/** Whether a text is a unified diff. */
export function isDiff(text: string): boolean {
  return HUNK.test(text) || HEAD.test(text)
}

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed' | 'place'
  readonly text: string
}

/** Lines of a unified diff. The sign stays in the text. */
export function linesOfDiff(text: string): readonly DiffLine[] {
  let within = false
  return text.split('\n').map((line) => {
    if (line.startsWith('@@')) within = true
    if (line.startsWith('diff --git')) within = false
    if (line.startsWith('@@') || !within) return { kind: 'place', text: line }
    if (line.startsWith('+')) return { kind: 'added', text: line }
    return { kind: line.startsWith('-') ? 'removed' : 'same', text: line }
  })
}
