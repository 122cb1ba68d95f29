import { createRequire } from 'node:module'
import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs'
import type { Locate, PolicyProblem } from './problem.ts'

type Cedar = typeof import('@cedar-policy/cedar-wasm/nodejs')

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
  const cedar: Cedar = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs')
  const parts = attempt(() => cedar.policySetTextToParts(text))
  if (parts.type === 'failure')
    return { policies: [], problems: problemsOf(parts, text, 0, locate) }
  const code = withoutComments(text)
  const policies = parts.policies.map((part) => {
    const parsed = attempt(() => cedar.policyToJson(part))
    return { part, parsed, offset: offsetOf(part, text, code) }
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
        ...locate(offsetOf(template, text, code)),
        message: 'templates (`?principal`, `?resource`) are not supported',
      })),
    ],
  }
}

/** A policy nested too deeply ends the parser itself, not the parse. */
function attempt<Answer>(parse: () => Answer): Answer | Failure {
  try {
    return parse()
  } catch {
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

/** Where a policy stands in its file, passing over copies of it inside comments. */
function offsetOf(part: string, text: string, code: string): number {
  let at = text.indexOf(part)
  while (at >= 0 && code[at] === ' ') at = text.indexOf(part, at + 1)
  return Math.max(at, 0)
}
