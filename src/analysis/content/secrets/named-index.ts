import type { NamedRule } from './rule.ts'

/** The rules of named values, by the beginnings of their words. */
export interface NamedIndex {
  /** Those one of whose words begins one of the tails of a name, in the order of the tables. */
  of(tails: readonly string[]): readonly NamedRule[]
}

const BEGINNING = 3

export function indexNamed(rules: readonly NamedRule[]): NamedIndex {
  const byBeginning = new Map<string, { readonly name: string; readonly rule: NamedRule }[]>()
  for (const rule of rules)
    for (const name of rule.names) {
      const key = name.slice(0, BEGINNING)
      byBeginning.set(key, [...(byBeginning.get(key) ?? []), { name, rule }])
    }
  return {
    of: (tails) =>
      tails.flatMap((tail) =>
        (byBeginning.get(tail.slice(0, BEGINNING)) ?? [])
          .filter(({ name }) => tail.startsWith(name))
          .map(({ rule }) => rule),
      ),
  }
}
