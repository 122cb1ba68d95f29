import {
  type Command as CommandNode,
  forEachChild,
  type HereDoc,
  type ParsedScript,
  type Redirection,
  type SyntaxNode,
  type Word,
} from 'unbash'
import { type Draft, type Literal, spend, UnreadableError } from './draft.ts'
import { note } from './note.ts'
import { hasUnread, type Region } from './unread.ts'
import { argumentOf, literalOf, programOf } from './word.ts'

/** A command as the text has it. */
export interface Command {
  readonly words: readonly Literal[]
  /** Its name without folders, `null` if only known at run time. */
  readonly program: Literal
  /** What a here-document or a here-string gives it to read. */
  readonly input: Literal | undefined
}

/** Where other shells read something else: `insert` at `at` makes bash read what they do. */
export interface Difference {
  /** Undefined where the text is within quotes of another text, so that it has no place. */
  readonly at: number | undefined
  readonly insert: string
}

interface Step {
  readonly node: SyntaxNode
  readonly source: string
  /** Whether positions count from the start of the text. */
  readonly outer: boolean
}

/**
 * Goes through a script, and every script within it, in the order of the text. Without recursion.
 *
 * @throws {UnreadableError} when a part of it cannot be read.
 */
export function collect(
  draft: Draft,
  script: ParsedScript,
  source: string,
  run: (command: Command) => void,
  differences: Difference[],
): void {
  const regions: Region[] = []
  const hereDocs = new Map<string, HereDoc[]>()
  const waiting: Step[] = [{ node: script, source, outer: true }]
  for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
    const { node } = step
    const { source, outer } = node.type === 'Script' ? enter(draft, node, step, regions) : step
    if (node.type === 'HereDoc') hereDocs.set(source, [...(hereDocs.get(source) ?? []), node])
    note(draft, node)
    differences.push(...differencesAt(node, source, outer))
    if (node.type === 'Command' && node.name !== undefined) run(commandOf(node, node.name))
    const children: Step[] = []
    forEachChild(node, (child) => {
      children.push({ node: child, source, outer })
    })
    for (const child of children.reverse()) waiting.push(child)
  }
  if (hasUnread(regions, hereDocs)) throw new UnreadableError('not a command that a shell can read')
}

function enter(
  draft: Draft,
  script: ParsedScript,
  { source, outer }: Step,
  regions: Region[],
): Step {
  if (script.errors?.length) throw new UnreadableError('not a command that a shell can read')
  spend(draft, script.end - script.pos)
  // Backquotes with escapes in them hold a text of their own.
  const own = script.source !== undefined && script.source !== source
  regions.push({ script, source: script.source ?? source })
  return { node: script, source: script.source ?? source, outer: outer && !own }
}

function differencesAt(node: SyntaxNode, source: string, outer: boolean): readonly Difference[] {
  const differences = inserts(node, source)
  return outer || differences.length === 0 ? differences : [{ at: undefined, insert: '' }]
}

/** What only bash knows, and where that moves the borders of words and commands elsewhere. */
function inserts(node: SyntaxNode, source: string): readonly Difference[] {
  switch (node.type) {
    case 'AnsiCQuoted':
      return node.text.includes("\\'") ? [{ at: node.pos, insert: '\\' }] : []
    case 'ArithmeticExpansion':
      return node.text.startsWith('$[') ? [{ at: node.pos, insert: '\\' }] : []
    case 'TestCommand':
      return [{ at: node.pos, insert: '\\' }]
    case 'ArithmeticCommand':
      return [...source.slice(node.pos, node.end).matchAll(/(?<!\$)\((?=\()/g)].map(
        ({ index }) => ({
          at: node.pos + index + 1,
          insert: ' ',
        }),
      )
    case 'Redirect':
      return node.operator.startsWith('&') ? [{ at: node.pos + 1, insert: ' ' }] : []
    default:
      return []
  }
}

function commandOf({ args, redirects }: CommandNode, name: Word): Command {
  const words = [literalOf(name), ...args.map(argumentOf)]
  return { words, program: programOf(name), input: inputOf(redirects) }
}

/** The last one counts. */
function inputOf(redirects: readonly Redirection[]): Literal | undefined {
  const last = redirects.findLast(({ operator }) => operator.startsWith('<'))
  if (last === undefined || last.type === 'Redirect') return undefined
  return contentOf(last)
}

/** What a here-document or a here-string holds. */
function contentOf(redirection: Exclude<Redirection, { type: 'Redirect' }>): Literal {
  if (redirection.type === 'HereString')
    return redirection.target ? literalOf(redirection.target) : null
  const { parts, text } = redirection.body
  if (parts === undefined) return text
  return parts.every((part) => part.type === 'Literal')
    ? parts.map(({ value }) => value).join('')
    : null
}
