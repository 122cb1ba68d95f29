import { RE2JS } from 're2js'
import { LARGEST_PROGRAM, type OwnRule } from './own-rule.ts'

export interface CompiledRule {
  readonly id: string
  readonly description: string
  readonly regex: RE2JS
  readonly program: number
  readonly keywords: readonly string[]
  readonly entropy: number
  readonly secretGroup: number
  readonly allowed: readonly RE2JS[]
  readonly stopwords: readonly string[]
}

/** Rules of an operator, compiled. Made by `readOwnRules` only. */
export interface OwnRules {
  readonly list: readonly CompiledRule[]
}

/** Why an expression is refused, or nothing. */
export function refusal(source: string): string | undefined {
  try {
    const regex = RE2JS.compile(source)
    if (regex.matcher('').find()) return 'matches the empty text'
    if (regex.programSize() > LARGEST_PROGRAM)
      return 'is too large once its repeats are written out'
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : 'does not compile'
  }
}

/** All rules compiled; `missing` is the first whose `secretGroup` its expression does not have. */
export function compileOwn(rules: readonly OwnRule[]): {
  readonly compiled: OwnRules
  readonly missing: number | undefined
} {
  const list = rules.map(compileRule)
  const missing = list.findIndex(({ regex, secretGroup }) => secretGroup > regex.groupCount())
  return { compiled: { list }, missing: missing === -1 ? undefined : missing }
}

function compileRule(rule: OwnRule): CompiledRule {
  const { id, description, keywords, entropy, secretGroup, allow } = rule
  const regex = RE2JS.compile(rule.regex)
  return {
    id,
    description,
    regex,
    program: regex.programSize(),
    keywords,
    entropy,
    secretGroup,
    allowed: allow.regexes.map((each) => RE2JS.compile(each)),
    stopwords: allow.stopwords.map((word) => word.toLowerCase()),
  }
}
