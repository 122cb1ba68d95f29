import type { Redirection, SyntaxNode, Word } from 'unbash'
import { type Draft, type Literal, UnreadableError } from './draft.ts'
import type { ShellFlag } from './flags.ts'
import { setsEnvironment } from './runs.ts'
import { literalOf } from './word.ts'

/** Flags that a node of the syntax tree has by its type alone. */
const BY_TYPE: Partial<Record<SyntaxNode['type'], ShellFlag>> = {
  ArithmeticCommand: 'variable',
  ArithmeticExpansion: 'variable',
  ArithmeticFor: 'control',
  BraceExpansion: 'brace',
  Case: 'control',
  Coproc: 'background',
  ExtendedGlob: 'glob',
  For: 'control',
  Function: 'function',
  Glob: 'glob',
  If: 'control',
  ParameterExpansion: 'variable',
  Pipeline: 'pipe',
  Select: 'control',
  SimpleExpansion: 'variable',
  While: 'control',
}

/**
 * Takes note of what one node says by itself.
 *
 * @throws {UnreadableError} when shells agree on no meaning for it.
 */
export function note(draft: Draft, node: SyntaxNode): void {
  const flag = BY_TYPE[node.type]
  if (flag && !(node.type === 'Pipeline' && node.commands.length < 2)) draft.flags.add(flag)
  const reader = READERS[node.type] as ((draft: Draft, node: never) => void) | undefined
  reader?.(draft, node as never)
}

type Readers = {
  readonly [Type in SyntaxNode['type']]?: (
    draft: Draft,
    node: Extract<SyntaxNode, { type: Type }>,
  ) => void
}

const READERS: Readers = {
  AndOr: (draft, { operators }) => addAll(draft.operators, operators),
  AnsiCQuoted: (draft, { text }) => {
    if (/\\(?:[xuU][\da-fA-F]|[0-7]|c)/.test(text)) draft.flags.add('encoded')
  },
  ArithmeticCommand: (draft) => evaluates(draft),
  ArithmeticFor: (draft) => evaluates(draft),
  ArithmeticExpansion: (draft, { expression, text }) => {
    evaluates(draft)
    if (expression === undefined && !/^\$(?:\(\(\s*\)\)|\[\s*\])$/.test(text))
      throw new UnreadableError('arithmetic that a shell cannot read')
  },
  ArithmeticWord: (draft, { value }) => hides(draft, value),
  Assignment: (draft, { name, index }) => {
    assigns(draft, name)
    if (index !== undefined) evaluates(draft)
  },
  CommandExpansion: (draft, { script }) => substitutes(draft, script),
  ArithmeticCommandExpansion: (draft, { script }) => substitutes(draft, script),
  ProcessSubstitution: (draft, { script }) => substitutes(draft, script),
  CompoundList: (draft, { commands }) => sequence(draft, commands),
  For: (draft, { name }) => assigns(draft, name.value),
  HereDoc: (draft, node) => {
    redirect(draft, node)
    hides(draft, node.body.text)
  },
  HereString: (draft, node) => redirect(draft, node),
  Redirect: (draft, node) => redirect(draft, node),
  ParameterExpansion: (draft, { parameter, prefix, index, operation }) => {
    if (prefix === '!' || index !== undefined || operation?.type === 'Slice') evaluates(draft)
    if (operation?.type === 'Default' && operation.operator.includes('=')) assigns(draft, parameter)
    // `${x@P}` expands what is in `x` as a prompt, with all substitutions.
    if (operation?.type === 'Transform') draft.flags.add('eval').add('dynamic')
  },
  Unknown: () => {
    throw new UnreadableError('an expansion that a shell cannot read')
  },
  Pipeline: (draft, { operators, prefixes }) => {
    addAll(draft.operators, operators)
    if (prefixes.some(({ type }) => type === 'Negation')) draft.operators.add('!')
  },
  Script: (draft, { commands }) => sequence(draft, commands),
  Statement: (draft, { background }) => {
    if (!background) return
    draft.flags.add('background')
    draft.operators.add('&')
  },
  TestCommand: (draft) => evaluates(draft),
  // A word of bash, a program elsewhere.
  Time: (draft) => draft.programs.add('time'),
  Word: (draft, word) => spelled(draft, word),
}

function sequence(draft: Draft, commands: readonly { background: boolean | undefined }[]): void {
  if (commands.slice(0, -1).some(({ background }) => !background)) draft.operators.add(';')
}

function addAll(set: Set<string>, all: readonly string[]): void {
  for (const one of all) set.add(one)
}

function substitutes(draft: Draft, script: unknown): void {
  draft.flags.add('substitution')
  if (script === undefined) throw new UnreadableError('commands are nested too deeply')
}

/** Arithmetic reads what is in variables as expressions, and an index in one may run a command. */
function evaluates(draft: Draft): void {
  draft.evaluates = true
}

function hides(draft: Draft, text: Literal): void {
  if (text !== null && /\$(?:\(|\{[\s|]|$)|`/.test(text)) draft.hides = true
}

function assigns(draft: Draft, name: string): void {
  if (setsEnvironment(name)) draft.flags.add('environment').add('dynamic')
}

function spelled(draft: Draft, word: Word): void {
  const { text } = word
  if (/[$`]/.test(text)) hides(draft, literalOf(word))
  if (text.startsWith('~')) draft.flags.add('variable')
  if (/^(?:[A-Za-z]:\\|\$env:)|%\w+%|^(?:[A-Z][a-z]+-[A-Z]\w+)$/.test(text))
    draft.flags.add('windows')
  // Before an operator or at the end of a line, these escape in cmd.exe.
  if (text.endsWith('^') || /\^[&|<>^%"]/.test(text)) draft.flags.add('windows')
}

function redirect(draft: Draft, node: Redirection): void {
  const target = targetOf(node)
  draft.redirects.push({ operator: node.operator, target })
  if (target !== null && /^\/dev\/(?:tcp|udp)\//.test(target)) draft.flags.add('network')
  const { descriptor } = node
  if (descriptor?.type === 'FileDescriptorVariable') assigns(draft, descriptor.name)
}

function targetOf(node: Redirection): Literal {
  if (node.type !== 'HereDoc') return node.target ? literalOf(node.target) : null
  return node.delimiter?.quoted || node.body.parts === undefined ? node.body.text : null
}
