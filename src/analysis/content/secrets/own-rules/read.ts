import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { compileOwn, type OwnRules, refusal } from './compile.ts'
import { LONGEST_REGEX, MOST_CHARACTERS, MOST_RULES, type RuleProblem } from './own-rule.ts'

const text = (most: number) => z.string().min(1).max(most)
const expression = text(LONGEST_REGEX).superRefine((source, context) => {
  const reason = refusal(source)
  if (reason !== undefined) context.addIssue({ code: 'custom', message: reason })
})

const RULE = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,63}$/, 'must be small letters, digits and dashes, 2 to 64'),
  description: text(200),
  regex: expression,
  keywords: z.array(z.string().min(2).max(64)).max(50).default([]),
  entropy: z.number().min(0).max(8).default(0),
  secretGroup: z.int().min(0).max(20).default(0),
  allow: z
    .strictObject({
      regexes: z.array(expression).max(20).default([]),
      stopwords: z.array(z.string().min(2).max(64)).max(200).default([]),
    })
    .default({ regexes: [], stopwords: [] }),
})

const FILE = z
  .strictObject({ rules: z.array(RULE).max(MOST_RULES) })
  .superRefine(({ rules }, context) => {
    const seen = new Set<string>()
    rules.forEach(({ id }, at) => {
      if (seen.has(id))
        context.addIssue({
          code: 'custom',
          path: ['rules', at, 'id'],
          message: `\`${id}\` is there twice`,
        })
      seen.add(id)
    })
  })

/** Rules that can be used, or what is wrong: a file with one bad rule is refused as a whole. */
export type ReadRules =
  | { readonly rules: OwnRules; readonly problems?: never }
  | { readonly rules?: never; readonly problems: readonly RuleProblem[] }

/** Reads a file of rules: YAML 1.2, no aliases, no unknown keys. Never throws. */
export function readOwnRules(source: string): ReadRules {
  if (source.length > MOST_CHARACTERS)
    return { problems: [{ message: 'has more than 256 KiB', line: 1, column: 1 }] }
  const lines = new LineCounter()
  const document = parseDocument(source, {
    version: '1.2',
    schema: 'core',
    strict: true,
    stringKeys: true,
    merge: false,
    prettyErrors: false,
    lineCounter: lines,
  })
  if (document.errors.length > 0)
    return {
      problems: document.errors.map(({ message, pos }) => ({ message, ...placeAt(lines, pos[0]) })),
    }
  const parsed = FILE.safeParse(plain(document))
  if (parsed.success) return compiled(parsed.data.rules, document, lines)
  return {
    problems: parsed.error.issues.map(({ message, path }) => ({
      message,
      ...placeOf(document, lines, path),
    })),
  }
}

/** An alias could stand for more than the file: without any, there is nothing to unfold. */
function plain(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 })
  } catch {
    return undefined
  }
}

function compiled(
  rules: z.infer<typeof FILE>['rules'],
  document: Document,
  lines: LineCounter,
): ReadRules {
  const { compiled: own, missing } = compileOwn(rules)
  if (missing === undefined) return { rules: own }
  const place = placeOf(document, lines, ['rules', missing, 'secretGroup'])
  return { problems: [{ message: 'the regex has no such group', ...place }] }
}

function placeOf(
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
): Omit<RuleProblem, 'message'> {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return placeAt(lines, node.range[0])
  }
  return { line: 1, column: 1 }
}

function placeAt(lines: LineCounter, offset: number): Omit<RuleProblem, 'message'> {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}
