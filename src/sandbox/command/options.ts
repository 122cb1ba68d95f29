/** How a program reads its command line, as far as it takes to know where its own options end. */
export interface OptionRules {
  /** Options that take the next argument as their value, where it does not stand after `=`. */
  readonly withValue: ReadonlySet<string>
}

/** One argument, as the program reads it. */
export type ReadArgument =
  | {
      readonly kind: 'option'
      readonly name: string
      readonly value: string | undefined
      readonly at: number
    }
  | { readonly kind: 'plain'; readonly value: string; readonly at: number }

/**
 * Reads options up to the first argument that is none, and that one. `--` ends the options (POSIX.1-2024,
 * XBD 12.2, guideline 10). A cluster of short options is one option with the whole cluster as its name.
 */
export function readOptions(
  args: readonly string[],
  { withValue }: OptionRules,
): readonly ReadArgument[] {
  const read: ReadArgument[] = []
  let at = 0
  while (at < args.length) {
    const next = readOne(args, at, withValue)
    if (next === undefined) return read
    read.push(next)
    if (next.kind === 'plain') return read
    at += args[at]?.includes('=') || next.value === undefined ? 1 : 2
  }
  return read
}

function readOne(
  args: readonly string[],
  at: number,
  withValue: ReadonlySet<string>,
): ReadArgument | undefined {
  const [text = '', next] = args.slice(at, at + 2)
  if (text === '--')
    return next === undefined ? undefined : { kind: 'plain', value: next, at: at + 1 }
  if (!text.startsWith('-') || text === '-') return { kind: 'plain', value: text, at }
  const equals = text.indexOf('=')
  if (equals > 0)
    return { kind: 'option', name: text.slice(0, equals), value: text.slice(equals + 1), at }
  return { kind: 'option', name: text, value: withValue.has(text) ? next : undefined, at }
}

/** The name of a program: `/usr/bin/npx.cmd` is `npx`. */
export function programName(command: string): string {
  const name = command.split(/[/\\]/).at(-1) ?? ''
  return name.toLowerCase().replace(/\.(?:exe|cmd|bat|ps1|js|mjs|cjs)$/, '')
}
