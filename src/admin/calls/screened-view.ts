import { z } from 'zod'
import type { Json } from '../../kernel/json.ts'
import { objects, text } from './call-views.ts'

/** Something that a screen found in a message of a call, and what was done: never the passage. */
export const screenedView = z.object({
  category: z.string(),
  type: z.string(),
  rule: z.string(),
  certainty: z.string(),
  /** Which message: `arguments`, `result`, `error`, `question`, `answer`, `notification`. */
  part: z.string(),
  action: z.string(),
  screen: z.string(),
  /** JSON Pointer; only for who may read what calls carry, since names of members are of others. */
  at: z.string().optional(),
})

/** What screens found, as a record keeps it; undefined where they found nothing. */
export function screenedOf(
  written: Json | undefined,
  bodies: boolean,
): z.output<typeof screenedView>[] | undefined {
  const found = objects(written)
  if (found.length === 0) return undefined
  return found.map((one) => ({
    category: text(one['category']),
    type: text(one['type']),
    rule: text(one['rule']),
    certainty: text(one['certainty']),
    part: text(one['part']),
    action: text(one['action']),
    screen: text(one['screen']),
    ...(bodies ? { at: text(one['at']) } : {}),
  }))
}
