import type { PostureFacts } from '../ports.ts'

/** Something about the gateway that could be better, and what makes it so. */
export interface PostureItem {
  /** Stable, such as `observe-only`. */
  readonly id: string
  /** `critical`: protection is missing now. `warning`: it is weaker than it could be. */
  readonly severity: 'critical' | 'warning' | 'info'
  readonly title: string
  readonly detail: string
  readonly count?: number
  /** Where or how it is put right. */
  readonly fix: { readonly label: string; readonly page?: string; readonly command?: string }
}

/** One thing to look at: nothing, where all is well or nobody can tell. */
export type PostureCheck = (facts: PostureFacts) => PostureItem | undefined

const MOST_NAMED = 3

/** The first few of many, in words. */
export function named(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).map((name) => `\`${name}\``)
  const more = names.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}
