import type { Policy } from '../load-policy.ts'
import type { PolicySet, PolicySource } from '../policy.ts'
import { locator, type Place } from '../problem.ts'

/** Finds where a word stands in a policy; its first line when the text is not at hand. */
export type PlaceOf = (policy: Policy, token: string) => Place

/** A finder over the texts that a set was loaded from. */
export function placeFinder(set: PolicySet, sources: readonly PolicySource[]): PlaceOf {
  const texts = new Map(sources.map(({ file, text }) => [file, text]))
  const starts = Map.groupBy(set.policies, ({ file }) => file)
  return (policy, token) => {
    const { file, line } = policy
    const text = texts.get(file)
    if (text === undefined || token === '') return { file, line, column: 1 }
    const next = (starts.get(file) ?? []).map((other) => other.line).filter((one) => one > line)
    const begin = offsetOfLine(text, line)
    const end = next.length === 0 ? text.length : offsetOfLine(text, Math.min(...next))
    const at = text.slice(begin, end).search(wholeWord(token))
    return at < 0 ? { file, line, column: 1 } : locator(file, text)(begin + at)
  }
}

/** Not a part of a longer word: `to` is not in `total`. */
function wholeWord(token: string): RegExp {
  const plain = token.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
  return new RegExp(`(?<![\\p{L}\\p{N}_])${plain}(?![\\p{L}\\p{N}_])`, 'u')
}

function offsetOfLine(text: string, line: number): number {
  let offset = 0
  for (let before = 1; before < line; before++) offset = text.indexOf('\n', offset) + 1
  return offset
}
