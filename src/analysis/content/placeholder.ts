import { CONTENT_CATEGORIES, type ContentFinding } from '../../kernel/content.ts'

/** What stands in for a value: the same for the same value, and safe in JSON, URLs and shells alike. */
export function placeholderFor({ category, type, mark }: ContentFinding): string {
  return `[${[category, type, mark].filter((part) => part !== '').join(':')}]`
}

/** Longer ones are none. */
export const LONGEST_PLACEHOLDER = 160
const FORM = `\\[(?:${CONTENT_CATEGORIES.join('|')}):[a-z0-9][a-z0-9._-]{0,63}(?::[A-Za-z0-9_-]{1,64})?\\]`
const SHAPE = new RegExp(`^${FORM}`)
const EVERY = new RegExp(FORM, 'g')

/** A text in which placeholders say nothing: their words are no words about what stands beside them. */
export function withoutPlaceholders(text: string): string {
  if (!text.includes('[')) return text
  return text.replace(EVERY, (placeholder) => ' '.repeat(placeholder.length))
}

/**
 * Whether a range of a text is within a placeholder: what was replaced is not found again. Nobody gains by
 * writing one: a mark has no room for a secret, and what is longer is looked at.
 */
export function isPlaceholder(text: string, start: number, end: number): boolean {
  const open = text.lastIndexOf('[', start)
  if (open < 0 || end - open > LONGEST_PLACEHOLDER) return false
  const [whole = ''] = SHAPE.exec(text.slice(open, open + LONGEST_PLACEHOLDER)) ?? []
  return open + whole.length >= end
}
