import { z } from 'zod'
import { EFFECTS } from '../vocabulary.ts'
import { someWords, word } from './fields.ts'

/** What a limit or a screen may say of where it applies. Each member narrows. */
export const scopeMembers = {
  servers: someWords.optional(),
  tools: z
    .array(word.regex(/^[^:]+:./s, { error: 'expected `server:tool`' }))
    .min(1)
    .optional(),
  effects: z.array(z.enum(EFFECTS)).min(1).optional(),
}
