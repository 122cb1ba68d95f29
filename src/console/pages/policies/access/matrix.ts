import type { Output } from '../../../api/call.ts'

export type Cell = Output<'policies.matrix'>['cells'][number]

/** Somebody, with the groups that they are in. */
export interface Known {
  /** `user:id` or `agent:id`. */
  readonly subject: string
  readonly name: string
  readonly groups: readonly string[]
}

/** One tool, with what each subject can do with it, in the order of the subjects. */
export interface Row {
  /** `server:name`. */
  readonly target: string
  readonly cells: readonly (Cell | undefined)[]
}

/** Cells as rows of tools, in the order of their names. */
export function rowsOf(cells: readonly Cell[], subjects: readonly string[]): readonly Row[] {
  const columns = new Map(subjects.map((subject, index) => [subject, index]))
  const rows = new Map<string, (Cell | undefined)[]>()
  for (const cell of cells) {
    const column = columns.get(cell.subject)
    if (column === undefined) continue
    const row = rows.get(cell.target) ?? subjects.map(() => undefined)
    row[column] = cell
    rows.set(cell.target, row)
  }
  return [...rows]
    .map(([target, found]) => ({ target, cells: found }))
    .toSorted((a, b) => a.target.localeCompare(b.target, 'en'))
}

/** Subjects that can be asked about together: those that are in the same groups. */
export function batches(
  subjects: readonly Known[],
): readonly { readonly subjects: readonly string[]; readonly groups: readonly string[] }[] {
  const found = new Map<string, { subjects: string[]; groups: readonly string[] }>()
  for (const { subject, groups } of subjects) {
    const sorted = groups.toSorted()
    const key = JSON.stringify(sorted)
    const batch = found.get(key) ?? { subjects: [], groups: sorted }
    batch.subjects.push(subject)
    found.set(key, batch)
  }
  return [...found.values()]
}

export interface Spot {
  readonly row: number
  readonly column: number
}

const STEPS: Readonly<Record<string, readonly [row: number, column: number]>> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  PageDown: [10, 0],
  PageUp: [-10, 0],
}

/** Where a key leads in a grid; undefined for a key that leads nowhere. */
export function stepTo(
  key: string,
  at: Spot | undefined,
  size: { readonly rows: number; readonly columns: number },
): Spot | undefined {
  if (size.rows === 0 || size.columns === 0) return undefined
  const from = at ?? { row: 0, column: 0 }
  if (key === 'Home') return { row: from.row, column: 0 }
  if (key === 'End') return { row: from.row, column: size.columns - 1 }
  const step = STEPS[key]
  if (step === undefined) return undefined
  if (at === undefined) return from
  return {
    row: Math.min(Math.max(from.row + step[0], 0), size.rows - 1),
    column: Math.min(Math.max(from.column + step[1], 0), size.columns - 1),
  }
}
