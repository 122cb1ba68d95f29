import type { FactKind } from '../../kernel/facts.ts'
import { escapeStep } from '../../kernel/json-pointer.ts'
import type { Guard, RuleOf } from '../guards/guard.ts'
import { type Root, UNKNOWN_FOLDER } from '../guards/path.ts'
import { classesOf } from '../guards/sql.ts'
import { didYouMean } from '../nearest.ts'
import type { Finding } from './findings.ts'
import type { Made } from './read-document.ts'
import type { WrittenGuard } from './schema.ts'

/** What the names of folders in guards stand for. */
export interface RootFinder {
  /** Absolute folders by name: `${workspace}`. */
  readonly places: Readonly<Record<string, string>>
  /** A folder with all its links followed; undefined when it does not exist. */
  readonly realRoot: (path: string) => string | undefined
}

/** Makes the guard that somebody wrote, with its folders found, or says what is wrong. */
export function toGuard(name: string, written: WrittenGuard, find: RootFinder): Made<Guard> {
  const findings: Finding[] = []
  const { kind, rule, flags } = ruleOf(written, find, findings)
  if (findings.length > 0) return { findings }
  const scope = written.arguments?.map((one) => (one.startsWith('/') ? one : `/${escapeStep(one)}`))
  return { item: { name, kind, rule, flags, arguments: scope } as Guard }
}

type Ruled = { readonly flags: Guard['flags'] } & {
  readonly [Kind in FactKind]: { readonly kind: Kind; readonly rule: RuleOf[Kind] }
}[FactKind]

function ruleOf(written: WrittenGuard, find: RootFinder, findings: Finding[]): Ruled {
  const { path, url, sql, shell, recipients, amount, identifier, media, pattern } = written
  if (path) return { kind: 'path', flags: path.flags, rule: pathRule(path, find, findings) }
  if (url) {
    const { flags, schemes, ranges, hosts, ports } = url
    return { kind: 'url', flags, rule: { schemes, ranges, hosts, ports } }
  }
  if (sql) return { kind: 'sql', flags: sqlFlags(sql), rule: sqlRule(sql) }
  if (shell) {
    const { flags, programs, argv, operators, redirects } = shell
    const named = programs ?? argv?.map(([program = '']) => program) ?? []
    return { kind: 'shell', flags, rule: { programs: named, operators, redirects, argv } }
  }
  if (recipients) {
    const { flags, domains, addresses, maxCount } = recipients
    return { kind: 'recipient', flags, rule: { domains, addresses, maxCount } }
  }
  if (amount) {
    const { flags, min, max, total, currencies } = amount
    return { kind: 'amount', flags, rule: { min, max, total, currencies } }
  }
  if (identifier) {
    return { kind: 'identifier', flags: identifier.flags, rule: { types: identifier.types } }
  }
  if (media) {
    const { flags, types, maxBytes } = media
    return { kind: 'media', flags, rule: { types, maxBytes } }
  }
  if (pattern) {
    return { kind: 'pattern', flags: pattern.flags, rule: { maxLength: pattern.maxLength } }
  }
  throw new TypeError('a guard has no kind')
}

/** Where every function must be listed, one that the analyser does not know is known to the operator. */
function sqlFlags({ flags, functions }: NonNullable<WrittenGuard['sql']>): Guard['flags'] {
  return functions === undefined ? flags : { ...flags, allow: [...flags.allow, 'unknown-function'] }
}

function sqlRule(sql: NonNullable<WrittenGuard['sql']>): RuleOf['sql'] {
  const { dialect, statements, classes, tables, columnsDeny, functions, limitMax, multiple } = sql
  return {
    dialect,
    statements,
    classes: classes ?? classesOf(statements),
    tables,
    columnsDeny,
    functions,
    limitMax,
    multiple,
  }
}

function pathRule(
  { within, deny, lexical }: NonNullable<WrittenGuard['path']>,
  find: RootFinder,
  findings: Finding[],
): RuleOf['path'] {
  const fail = (list: string, index: number, message: string): undefined => {
    findings.push({ path: ['path', list, index], message })
  }
  const roots = within.flatMap((text, index): readonly Root[] => {
    if (text === UNKNOWN_FOLDER) {
      if (!lexical) fail('within', index, '`.` is a folder that nobody knows: add `lexical: true`')
      return [{ lexical: UNKNOWN_FOLDER, real: undefined }]
    }
    const absolute = placed(text, find, (message) => fail('within', index, message))
    if (absolute === undefined) return []
    const real = find.realRoot(absolute)
    if (real === undefined && !lexical) fail('within', index, 'the folder does not exist')
    return [{ lexical: absolute, real }]
  })
  const globs = deny.flatMap((text, index): readonly string[] => {
    if (text.startsWith('**/')) return [text]
    const absolute = placed(text, find, (message) => fail('deny', index, message))
    if (absolute === undefined) return []
    const real = text.startsWith('${') ? realGlob(text, find) : undefined
    return real === undefined || real === absolute ? [absolute] : [absolute, real]
  })
  return { within: roots, deny: globs, lexical }
}

const NAMED = /^\$\{([A-Za-z0-9][\w.-]*)\}(?=\/|$)/

/** A text with its `${name}` filled in, when it is absolute then. */
function placed(
  text: string,
  { places }: RootFinder,
  fail: (message: string) => undefined,
): string | undefined {
  const [whole = '', name] = NAMED.exec(text) ?? []
  if (name !== undefined && !Object.hasOwn(places, name)) {
    return fail(`no folder has the name \`${name}\`${didYouMean(name, Object.keys(places))}`)
  }
  const absolute = name === undefined ? text : `${places[name]}${text.slice(whole.length)}`
  if (/\$\{/.test(absolute)) return fail('the name of a folder stands only at the beginning')
  if (!/^\/|^[A-Za-z]:[\\/]|^\\\\/.test(absolute)) {
    return fail('expected an absolute path, or a named folder and what is beneath it')
  }
  const bad = absolute.split(/[\\/]/).some((part) => part === '..' || part === '.')
  return bad ? fail('`.` and `..` do not stand in the path of a guard') : absolute
}

/** A denial beneath a named folder holds for the folder that the name leads to, too. */
function realGlob(text: string, { places, realRoot }: RootFinder): string | undefined {
  const [whole = '', name = ''] = NAMED.exec(text) ?? []
  const real = realRoot(places[name] ?? '')
  return real === undefined ? undefined : `${real}${text.slice(whole.length)}`
}
