import type { Json } from '../../kernel/json.ts'
import type { LimitDefinition } from '../../kernel/limits.ts'
import type { Defined } from '../check-references.ts'
import type { Guard } from '../guards/guard.ts'
import type { PolicyProblem } from '../problem.ts'
import type { Screen } from '../screens/screen.ts'
import { type Placed, type ReadOptions, readDocument } from './read-document.ts'

/** What all documents of a policy set define, sorted by name. */
export interface Definitions {
  readonly guards: readonly Placed<Guard>[]
  readonly limits: readonly Placed<LimitDefinition>[]
  readonly screens: readonly Screen[]
  readonly defined: Defined
  readonly problems: readonly PolicyProblem[]
}

interface Source {
  readonly file: string
  readonly text: string
  /** `observe`: each of its screens only observes. */
  readonly mode?: 'observe'
}

/** Reads the documents of a policy set. A name may stand once in all of them. */
export function readDefinitions(sources: readonly Source[], options: ReadOptions): Definitions {
  const documents = sources.map(({ file, text }) => readDocument(file, text, options))
  const guards = documents.flatMap((one) => one.guards).sort(byName)
  const limits = documents.flatMap((one) => one.limits).sort(byName)
  const screens = documents.flatMap((one) => one.screens).sort(byName)
  const observed = new Set(sources.filter(({ mode }) => mode).map(({ file }) => file))
  const names = documents.map((one) => one.names)
  const applying = limits.filter(({ item }) => item.applies !== undefined)
  // Of a limit with a problem nobody can say whether it applies; the problem itself is reported.
  const good = new Set(limits.map(({ item }) => item.name))
  const broken = names.flatMap((one) => one.limits).filter((name) => !good.has(name))
  return {
    guards,
    limits,
    screens: screens.map(({ item, place: { file, line } }) => ({
      ...item,
      ...(observed.has(file) ? { mode: 'observe' as const } : {}),
      ...{ file, line },
    })),
    defined: {
      guards: new Set(names.flatMap((one) => one.guards)),
      limits: new Set(names.flatMap((one) => one.limits)),
      applying: new Set([...applying.map(({ item }) => item.name), ...broken]),
    },
    problems: [
      ...documents.flatMap((one) => one.problems),
      ...duplicates('guard', guards),
      ...duplicates('limit', limits),
      ...duplicates('screen', screens),
    ],
  }
}

/** Guards, limits and screens as JSON, for the hash. */
export function plainDefinitions({
  guards,
  limits,
  screens,
}: Pick<Definitions, 'guards' | 'limits' | 'screens'>): Readonly<Record<string, Json>> {
  const plain = {
    guards: guards.map(({ item }) => item),
    limits: limits.map(({ item }) => item),
    screens: screens.map(({ file: _file, line: _line, ...screen }) => screen),
  }
  return JSON.parse(JSON.stringify(plain)) as Readonly<Record<string, Json>>
}

function duplicates(
  what: string,
  sorted: readonly Placed<{ readonly name: string }>[],
): readonly PolicyProblem[] {
  return sorted.flatMap(({ item, place }, index) => {
    const first = sorted[index - 1]
    if (first?.item.name !== item.name) return []
    const message = `the ${what} \`${item.name}\` is already defined at ${first.place.file}:${first.place.line}`
    return [{ ...place, message }]
  })
}

function byName(
  left: Placed<{ readonly name: string }>,
  right: Placed<{ readonly name: string }>,
): number {
  if (left.item.name === right.item.name) return 0
  return left.item.name < right.item.name ? -1 : 1
}
