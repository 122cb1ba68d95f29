import type { NamedRule, TokenRule } from '../rule.ts'
import { AI_NAMED, AI_TOKENS } from './ai.ts'
import { CHAT_NAMED, CHAT_TOKENS } from './chat.ts'
import { CLOUD_NAMED, CLOUD_TOKENS } from './cloud.ts'
import { CODE_NAMED, CODE_TOKENS } from './code-hosting.ts'
import { DATA_NAMED, DATA_TOKENS } from './data.ts'
import { OBSERVABILITY_NAMED, OBSERVABILITY_TOKENS } from './observability.ts'
import { PAYMENT_NAMED, PAYMENT_TOKENS } from './payment.ts'
import { WORK_NAMED, WORK_TOKENS } from './work.ts'

/** Tokens that carry their own mark. */
export const TOKEN_RULES: readonly TokenRule[] = [
  ...CLOUD_TOKENS,
  ...CODE_TOKENS,
  ...PAYMENT_TOKENS,
  ...CHAT_TOKENS,
  ...AI_TOKENS,
  ...OBSERVABILITY_TOKENS,
  ...WORK_TOKENS,
  ...DATA_TOKENS,
]

/** Values whose name says whose they are. */
export const NAMED_RULES: readonly NamedRule[] = [
  ...CLOUD_NAMED,
  ...CODE_NAMED,
  ...PAYMENT_NAMED,
  ...CHAT_NAMED,
  ...AI_NAMED,
  ...OBSERVABILITY_NAMED,
  ...WORK_NAMED,
  ...DATA_NAMED,
]
