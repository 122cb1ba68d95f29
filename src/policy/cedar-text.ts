import { createRequire } from 'node:module'
import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs'
import type { Locate, PolicyProblem } from './problem.ts'

type Cedar = typeof import('@cedar-policy/cedar-wasm/nodejs')

const load = createRequire(import.meta.url)
const PARSER = '@cedar-policy/cedar-wasm/nodejs'

/** One policy as written, where it stands (UTF-16 offset), and in Cedar's JSON form. */
export interface ParsedPolicy {
  readonly text: string
  readonly offset: number
  readonly json: unknown
}

/** The policies of a file, and what is wrong with the others. */
export interface ParsedFile {
  readonly policies: readonly ParsedPolicy[]
  readonly problems: readonly PolicyProblem[]
}

interface Failure {
  readonly type: 'failure'
  readonly errors: readonly Pick<DetailedError, 'message' | 'help' | 'sourceLocations'>[]
}

/**
 * Parses a file of Cedar policies with Cedar's own parser. Loads it at the first call (4 MB of
 * wasm, some 15 ms), which is why nothing imports it at the top.
 */
export function parseCedar(text: string, locate: Locate): ParsedFile {
  const parts = attempt((cedar) => cedar.policySetTextToParts(text))
  if (parts.type === 'failure')
    return { policies: [], problems: problemsOf(parts, text, 0, locate) }
  const offsetOf = placer(text)
  const policies = parts.policies.map((part) => {
    const parsed = attempt((cedar) => cedar.policyToJson(part))
    return { part, parsed, offset: offsetOf(part) }
  })
  return {
    policies: policies.flatMap(({ part, parsed, offset }) =>
      parsed.type === 'failure' ? [] : [{ text: part, offset, json: parsed.json }],
    ),
    problems: [
      ...policies.flatMap(({ parsed, offset }) =>
        parsed.type === 'failure' ? problemsOf(parsed, text, offset, locate) : [],
      ),
      ...parts.policy_templates.map((template) => ({
        ...locate(offsetOf(template)),
        message: 'templates (`?principal`, `?resource`) are not supported',
      })),
    ],
  }
}

/** A policy nested too deeply ends the parser itself, not the parse: the next one needs a new parser. */
function attempt<Answer>(parse: (cedar: Cedar) => Answer): Answer | Failure {
  const cedar: Cedar = load(PARSER)
  try {
    return parse(cedar)
  } catch {
    delete load.cache[load.resolve(PARSER)]
    const message = 'the parser gave up: a policy is nested too deeply'
    return { type: 'failure', errors: [{ message, help: null }] }
  }
}

function problemsOf(
  { errors }: Failure,
  text: string,
  offset: number,
  locate: Locate,
): readonly PolicyProblem[] {
  return errors.map(({ message, help, sourceLocations }) => {
    const [location] = sourceLocations ?? []
    const details = [message, location?.label, help].filter((part) => typeof part === 'string')
    const inside = utf16Length(text.slice(offset), location?.start ?? 0)
    return { ...locate(offset + inside), message: details.join('; ') }
  })
}

/** Cedar counts bytes of UTF-8. */
function utf16Length(text: string, bytes: number): number {
  return Buffer.from(text).subarray(0, bytes).toString().length
}

/** The text with its comments blanked: the same length, so that offsets stay. */
function withoutComments(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[\s\S])*"|\/\/[^\n\r]*/g, (match) =>
    match.startsWith('/') ? ' '.repeat(match.length) : match,
  )
}

/** Finds where each policy of a file stands: not in a comment, and equal ones one after the other. */
function placer(text: string): (part: string) => number {
  const code = withoutComments(text)
  const taken = new Set<number>()
  return (part) => {
    let at = text.indexOf(part)
    while (at >= 0 && (code[at] === ' ' || taken.has(at))) at = text.indexOf(part, at + 1)
    taken.add(at)
    return Math.max(at, 0)
  }
}
