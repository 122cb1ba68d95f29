import { askCedar, type CedarFailure } from './cedar-wasm.ts'
import type { Locate, PolicyProblem } from './problem.ts'

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

/** Parses a file of Cedar policies with Cedar's own parser. */
export function parseCedar(text: string, locate: Locate): ParsedFile {
  const parts = askCedar((cedar) => cedar.policySetTextToParts(text))
  if (parts.type === 'failure')
    return { policies: [], problems: problemsOf(parts, text, 0, locate) }
  const offsetOf = placer(text)
  const policies = parts.policies.map((part) => {
    const parsed = askCedar((cedar) => cedar.policyToJson(part))
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

function problemsOf(
  { errors }: CedarFailure,
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
