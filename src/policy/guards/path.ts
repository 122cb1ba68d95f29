import type { PathFact } from '../../kernel/facts.ts'
import { type Glob, glob } from './glob.ts'
import type { Check } from './misfit.ts'

/** A folder that paths may lie in. */
export interface Root {
  /** Absolute and normalised, as the operator wrote it; or {@link UNKNOWN_FOLDER}. */
  readonly lexical: string
  /** With all links followed; undefined where the file system is not this machine's. */
  readonly real: string | undefined
}

/** Stands for the folder that relative paths count from where nobody knows it, as in a repository. */
export const UNKNOWN_FOLDER = '.'

export interface PathRule {
  readonly within: readonly Root[]
  /** Globs over whole paths; each denies what it matches and all that lies beneath that. */
  readonly deny: readonly string[]
  /** Whether a path whose links nobody can follow is judged as it is written. */
  readonly lexical: boolean
}

type Style = PathFact['style']

/**
 * Every path lies in a root, and is not denied. Roots are compared with the path that would be
 * opened: exactly on POSIX, without regard to case on Windows. Denials are compared with that path
 * and the written one, without regard to case, Unicode form and invisible characters anywhere: on
 * some file systems these name the same file.
 */
export function pathCheck(rule: PathRule): Check<PathFact> {
  const denied = rule.deny.map(denial)
  return (paths) =>
    paths.flatMap((path) => {
      const why =
        outside(path, rule) ?? (isDenied(path, denied) ? 'is denied by the guard' : undefined)
      return why === undefined ? [] : [{ at: path.at, why }]
    })
}

function outside({ style, real, lexical }: PathFact, rule: PathRule): string | undefined {
  if (real === undefined && !rule.lexical) return 'cannot be followed to what it opens'
  const opened = segments(real ?? lexical, style)
  if (opened === undefined) {
    const open = rule.within.some((root) => root.lexical === UNKNOWN_FOLDER)
    return open && staysBeneath(real ?? lexical, style)
      ? undefined
      : 'is relative to a folder that is not known'
  }
  const inside = rule.within.some((root) => {
    const top = segments(real === undefined ? root.lexical : (root.real ?? root.lexical), style)
    return top?.every((segment, index) => same(segment, opened[index], style))
  })
  return inside ? undefined : 'leads out of the folders of the guard'
}

/** Whether a relative path leads to what is beneath the folder that it counts from, wherever that is. */
function staysBeneath(path: string, style: Style): boolean {
  const [first = '', ...others] = path.split(style === 'windows' ? /[\\/]/ : '/')
  // A volume, or the root of the current one.
  if (first === '' || (style === 'windows' && first.includes(':'))) return false
  return ![first, ...others].some((part) => part === '..' || part === '.')
}

function same(left: string, right: string | undefined, style: Style): boolean {
  return style === 'windows' ? left.toLowerCase() === right?.toLowerCase() : left === right
}

/**
 * The segments of an absolute path; the first is the drive or share on Windows and empty on POSIX.
 * Undefined for a relative path, or one that is not normalised: nobody can tell where it leads.
 */
function segments(path: string, style: Style): readonly string[] | undefined {
  const parts = path.split(style === 'windows' ? /[\\/]/ : '/')
  const absolute =
    style === 'windows' ? /^[A-Za-z]:[\\/]|^[\\/]{2}/.test(path) : path.startsWith('/')
  if (!absolute || parts.includes('..') || parts.includes('.')) return undefined
  return style === 'windows' && /^[\\/]{2}/.test(path)
    ? ['\\\\', ...parts.filter((part) => part !== '')]
    : [parts[0] ?? '', ...parts.slice(1).filter((part) => part !== '')]
}

/** A pattern that matches what it names and anything beneath: to deny a folder is to deny what is in it. */
function denial(pattern: string): Glob {
  const windows = /^[A-Za-z]:|^\\\\/.test(pattern)
  const parts = plain(pattern.split(windows ? /[\\/]/ : '/'))
  return glob([...parts.filter((part) => part !== ''), '**'])
}

function isDenied({ style, real, lexical }: PathFact, denied: readonly Glob[]): boolean {
  return [...new Set([lexical, real ?? lexical])].some((path) => {
    const parts = plain(path.split(style === 'windows' ? /[\\/]/ : '/')).filter(
      (part) => part !== '',
    )
    return denied.some((matches) => matches(parts))
  })
}

/** One spelling for all names that some file system takes for the same; Windows drops ends of dots and spaces. */
function plain(parts: readonly string[]): readonly string[] {
  return parts.map((part) => folded(part).replace(/(?<=[^. ])[. ]+$/, ''))
}

function folded(name: string): string {
  if (/^[ -~]*$/.test(name)) return name.toLowerCase()
  const visible = name.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '')
  return visible.toUpperCase().toLowerCase()
}
