import type { Determining } from '../kernel/access.ts'
import type { Json, JsonObject } from '../kernel/json.ts'
import { type Annotations, readAnnotations } from './annotations.ts'
import { type ParsedPolicy, parseCedar } from './cedar-text.ts'
import { checkReferences, type Defined } from './check-references.ts'
import { checkVocabulary } from './check-vocabulary.ts'
import { type CompiledRule, compileRule } from './language/compile-policy.ts'
import { Unsupported } from './language/read-expression.ts'
import { type Rule, readPolicy } from './language/read-policy.ts'
import { type Locate, locator, type PolicyProblem, type TokenProblem } from './problem.ts'
import { type References, referencesOf } from './references.ts'
import { ARGUMENT_MEMBERS } from './vocabulary.ts'

/** One policy: what it says, where it stands, and its compiled form. */
export interface Policy extends Annotations {
  readonly rule: Rule
  readonly compiled: CompiledRule
  /** What a decision that it determines says of it. */
  readonly says: Determining
  readonly references: References
  readonly file: string
  readonly line: number
}

/** A policy that was understood, with the JSON form that its meaning is hashed by; or what is wrong. */
export type Loaded =
  | { readonly policy: Policy; readonly json: Json }
  | { readonly problems: readonly PolicyProblem[] }

interface CedarFile {
  readonly file: string
  readonly text: string
  /** See `PolicySource`. */
  readonly mode?: 'observe'
}

/** Loads the policies of one file, each by itself. */
export function loadFile({ file, text, mode }: CedarFile, defined: Defined): readonly Loaded[] {
  const locate = locator(file, text)
  const { policies, problems } = parseCedar(text, locate)
  return [{ problems }, ...policies.map((parsed) => load(observing(parsed, mode), locate, defined))]
}

function observing(parsed: ParsedPolicy, mode: CedarFile['mode']): ParsedPolicy {
  if (mode === undefined) return parsed
  const json = parsed.json as JsonObject
  const annotations = { ...(json['annotations'] as JsonObject | undefined), mode }
  return { ...parsed, json: { ...json, annotations } }
}

function load(parsed: ParsedPolicy, locate: Locate, defined: Defined): Loaded {
  const json = parsed.json as JsonObject
  const effect = json['effect'] === 'forbid' ? 'forbid' : 'permit'
  const annotations = readAnnotations((json['annotations'] ?? {}) as Record<string, string>, effect)
  const rule = attemptRead(json)
  const references = 'effect' in rule ? referencesOf(rule) : undefined
  const found = [
    ...('problems' in annotations ? annotations.problems : []),
    ...('effect' in rule ? checkVocabulary(rule) : [rule]),
    ...(references === undefined || 'problems' in annotations
      ? []
      : checkReferences(references, annotations, defined)),
  ]
  if (
    found.length > 0 ||
    references === undefined ||
    'problems' in annotations ||
    !('effect' in rule)
  ) {
    return { problems: found.map((one) => placed(one, parsed, locate)) }
  }
  const compiled = compileRule(rule, ARGUMENT_MEMBERS)
  const { file, line } = locate(parsed.offset)
  const says = determining(annotations, rule.effect)
  return { policy: { ...annotations, rule, compiled, says, references, file, line }, json }
}

function placed(
  { token, message }: TokenProblem,
  { text, offset }: ParsedPolicy,
  locate: Locate,
): PolicyProblem {
  return { ...locate(offset + Math.max(text.indexOf(token), 0)), message }
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
