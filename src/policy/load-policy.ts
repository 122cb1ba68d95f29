import type { Determining } from '../kernel/access.ts'
import type { Json, JsonObject } from '../kernel/json.ts'
import { type Annotations, readAnnotations } from './annotations.ts'
import { type ParsedPolicy, parseCedar } from './cedar-text.ts'
import { checkVocabulary } from './check-vocabulary.ts'
import { type CompiledRule, compileRule } from './language/compile-policy.ts'
import { Unsupported } from './language/read-expression.ts'
import { type Rule, readPolicy } from './language/read-policy.ts'
import { type Locate, locator, type PolicyProblem, type TokenProblem } from './problem.ts'
import { ARGUMENT_MEMBERS } from './vocabulary.ts'

/** One policy: what it says, where it stands, and its compiled form. */
export interface Policy extends Annotations {
  readonly rule: Rule
  readonly compiled: CompiledRule
  /** What a decision that it determines says of it. */
  readonly says: Determining
  readonly file: string
  readonly line: number
}

/** A policy that was understood, with the JSON form that its meaning is hashed by; or what is wrong. */
export type Loaded =
  | { readonly policy: Policy; readonly json: Json }
  | { readonly problems: readonly PolicyProblem[] }

/** Loads the policies of one file, each by itself. */
export function loadFile(file: string, text: string): readonly Loaded[] {
  const locate = locator(file, text)
  const { policies, problems } = parseCedar(text, locate)
  return [{ problems }, ...policies.map((parsed) => load(parsed, locate))]
}

function load(parsed: ParsedPolicy, locate: Locate): Loaded {
  const json = parsed.json as JsonObject
  const annotations = readAnnotations((json['annotations'] ?? {}) as Record<string, string>)
  const rule = attemptRead(json)
  const found = [
    ...('problems' in annotations ? annotations.problems : []),
    ...('effect' in rule ? checkVocabulary(rule) : [rule]),
  ]
  if (found.length > 0 || 'problems' in annotations || !('effect' in rule)) {
    const problems = found.map(({ token, message }) => {
      const inside = Math.max(parsed.text.indexOf(token), 0)
      return { ...locate(parsed.offset + inside), message }
    })
    return { problems }
  }
  const compiled = compileRule(rule, ARGUMENT_MEMBERS)
  const { file, line } = locate(parsed.offset)
  return {
    policy: {
      ...annotations,
      rule,
      compiled,
      says: determining(annotations, rule.effect),
      file,
      line,
    },
    json,
  }
}

/** The remedy of a permit is for a call that it does not permit. */
function determining({ id, reason, remedy }: Annotations, effect: Rule['effect']): Determining {
  return {
    policy: id,
    ...(reason === undefined ? {} : { reason }),
    ...(remedy === undefined || effect === 'permit' ? {} : { remedy }),
  }
}

/** The rule of a policy, or why it has none. */
function attemptRead(json: unknown): Rule | TokenProblem {
  try {
    return readPolicy(json)
  } catch (error) {
    if (error instanceof Unsupported) return { token: '', message: error.message }
    throw error
  }
}
