import type { Json } from '../../kernel/json.ts'
import type { LimitDefinition } from '../../kernel/limits.ts'
import type { Defined } from '../check-references.ts'
import type { Guard } from '../guards/guard.ts'
import type { PolicyProblem } from '../problem.ts'
import { type Placed, readDocument } from './read-document.ts'
import type { RootFinder } from './to-guard.ts'

/** What all documents of a policy set define, sorted by name. */
export interface Definitions {
  readonly guards: readonly Placed<Guard>[]
  readonly limits: readonly Placed<LimitDefinition>[]
  readonly defined: Defined
  readonly problems: readonly PolicyProblem[]
}

interface Source {
  readonly file: string
  readonly text: string
}

/** Reads the documents of a policy set. A name may stand once in all of them. */
export function readDefinitions(sources: readonly Source[], find: RootFinder): Definitions {
  const documents = sources.map(({ file, text }) => readDocument(file, text, find))
  const guards = documents.flatMap((one) => one.guards).sort(byName)
  const limits = documents.flatMap((one) => one.limits).sort(byName)
  const names = documents.map((one) => one.names)
  const applying = limits.filter(({ item }) => item.applies !== undefined)
  // Of a limit with a problem nobody can say whether it applies; the problem itself is reported.
  const good = new Set(limits.map(({ item }) => item.name))
  const broken = names.flatMap((one) => one.limits).filter((name) => !good.has(name))
  return {
    guards,
    limits,
    defined: {
      guards: new Set(names.flatMap((one) => one.guards)),
      limits: new Set(names.flatMap((one) => one.limits)),
      applying: new Set([...applying.map(({ item }) => item.name), ...broken]),
    },
    problems: [
      ...documents.flatMap((one) => one.problems),
      ...duplicates('guard', guards),
      ...duplicates('limit', limits),
    ],
  }
}

/** Guards and limits as JSON, for the hash. */
export function plainDefinitions({
  guards,
  limits,
}: Pick<Definitions, 'guards' | 'limits'>): Readonly<Record<string, Json>> {
  const plain = { guards: guards.map(({ item }) => item), limits: limits.map(({ item }) => item) }
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
