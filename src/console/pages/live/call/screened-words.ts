import type { Detail } from './detail.ts'

/** Something that a screen found. */
export type Found = NonNullable<Detail['screened']>[number]

const ACTIONS: Readonly<Record<string, string>> = {
  allow: 'let pass',
  mark: 'marked',
  redact: 'taken out',
  withhold: 'withheld',
  block: 'blocked',
}

const PARTS: Readonly<Record<string, string>> = {
  arguments: 'the arguments',
  result: 'the result',
  error: 'the error',
  question: 'a question of the server',
  answer: 'the answer to a question',
  notification: 'a notification',
}

/** What was done. */
export function actionWords(action: string): string {
  return ACTIONS[action] ?? action
}

/** In which message. */
export function partWords(part: string): string {
  return PARTS[part] ?? part
}

/** Findings of one kind that one screen did the same to, in the order in which they first come. */
export interface Gathered {
  readonly key: string
  readonly one: Found
  readonly count: number
  /** Where they are, once each; none where that is not shown. */
  readonly places: readonly string[]
}

/** What is the same but for its place stands together. */
export function gathered(found: readonly Found[]): readonly Gathered[] {
  const groups = Map.groupBy(found, ({ at: _, ...one }) =>
    JSON.stringify(Object.entries(one).sort()),
  )
  return [...groups].flatMap(([key, all]) => {
    const [one] = all
    if (one === undefined) return []
    const places = [...new Set(all.flatMap(({ at }) => at ?? []))]
    return [{ key, one, count: all.length, places }]
  })
}
