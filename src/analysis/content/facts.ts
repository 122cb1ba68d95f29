import type { ContentFact, ContentScan } from '../../kernel/content.ts'

/** What policies see of a scan: each fact once, without the values. */
export function factsOf({ findings }: ContentScan): readonly ContentFact[] {
  const facts = new Map<string, ContentFact>()
  for (const { category, type, at, certainty } of findings)
    facts.set(JSON.stringify([category, type, at, certainty]), { category, type, at, certainty })
  return [...facts.values()]
}
