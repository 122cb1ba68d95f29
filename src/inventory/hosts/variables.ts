import type { EntryShape } from './host.ts'

const BRACED = /\$\{\{?([^{}]{1,200})\}?\}/g
const NAMED = /\{(env|file):([^{}]{1,200})\}/g
const DOLLAR = /\$([A-Za-z_]\w{0,100})/g
/** Texts below an entry that are looked at. */
const MAX_TEXTS = 10_000

/** What the host fills in for parts of the texts of an entry, each once, in order. */
export function variablesOf(entry: unknown, shape: EntryShape): readonly string[] {
  const found = new Set<string>()
  for (const text of textsOf(entry)) {
    for (const [, inner = ''] of text.matchAll(BRACED)) found.add(word(inner.trim(), shape))
    for (const [, kind, name] of text.replaceAll('${', ' ').matchAll(NAMED))
      found.add(`${kind}:${name}`)
    if (shape.hasDollar) for (const [, name] of text.matchAll(DOLLAR)) found.add(`env:${name}`)
  }
  return [...found].sort()
}

function word(inner: string, shape: EntryShape): string {
  const [, kind, name] = /^(env|input|secrets?|inputs)[:.]([^:]{1,200})/.exec(inner) ?? []
  if (kind !== undefined) return `${kind.replace(/s$/, '')}:${name}`
  // A default may follow, and is no name.
  const plain = inner.split(':-')[0] ?? ''
  return shape.variable === 'env' ? `env:${plain}` : `host:${inner}`
}

function textsOf(entry: unknown): readonly string[] {
  const texts: string[] = []
  const open: unknown[] = [entry]
  while (open.length > 0 && texts.length < MAX_TEXTS) {
    const value = open.pop()
    if (typeof value === 'string') texts.push(value)
    else if (typeof value === 'object' && value !== null) open.push(...Object.values(value))
  }
  return texts
}
