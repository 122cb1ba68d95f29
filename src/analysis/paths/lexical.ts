import { posix } from 'node:path'

/** A path without looking at any file system. */
export interface Lexical {
  readonly path: string
  /** False for one that counts from a folder that is not known. */
  readonly absolute: boolean
}

/** Joins with the folder it counts from, and normalises: `.`, `..`, repeated and trailing slashes. */
export function posixLexical(text: string, cwd: string | undefined): Lexical {
  const path = trimSlash(posix.normalize(joined(text, cwd)))
  return { path, absolute: path.startsWith('/') }
}

/** The path as the operating system gets it: joined, but not normalised. */
export function joined(text: string, cwd: string | undefined): string {
  if (text.startsWith('/') || cwd === undefined) return text
  return `${cwd}/${text}`
}

function trimSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

/** What the start of a Windows path says ([MS-DTYP] 2.2.57, "File path formats on Windows systems"). */
interface Root {
  /** `C:`, `\\server\share`, or empty. */
  readonly volume: string
  readonly rooted: boolean
  readonly rest: string
  /** After `\\?\` names are taken as they are. */
  readonly verbatim: boolean
}

const VERBATIM = /^[\\/]{2}[?][\\/]|^\\\?\?\\/
const UNC = /^[\\/]{2}([^\\/]+)[\\/]+([^\\/]+)/
const DRIVE = /^([A-Za-z]):/

/** Whether a text can only be meant for Windows: a drive with a folder, or a UNC path. */
export function isWindowsShaped(text: string): boolean {
  return /^[A-Za-z]:(?:[\\/]|$)/.test(text) || /^\\\\[^\\]/.test(text) || VERBATIM.test(text)
}

/** Whether it lies on another machine, or in the name space of devices (`\\.\`, `\\?\Volume{…}`). */
export function windowsPlace(text: string): 'drive' | 'unc' | 'device' | 'relative' {
  if (/^[\\/]{2}\.[\\/]/.test(text)) return 'device'
  const verbatim = VERBATIM.exec(text)
  const rest = verbatim ? text.slice(verbatim[0].length) : text
  if (verbatim && /^UNC[\\/]/i.test(rest)) return 'unc'
  if (DRIVE.test(rest)) return 'drive'
  if (verbatim) return 'device'
  return /^[\\/]{2}[^\\/]/.test(text) ? 'unc' : 'relative'
}

/**
 * As Windows reads it: either slash, letter of the drive in upper case, without trailing dots and
 * spaces and without the streams of files. Names of nothing but dots count as `..`: old versions
 * climb there, and a rule should hold for them too.
 */
export function windowsLexical(text: string, cwd: string | undefined): Lexical {
  const own = rootOf(text)
  const base = cwd === undefined ? undefined : rootOf(cwd)
  const volume = own.volume || (base?.volume ?? '')
  const joins = !own.rooted && base !== undefined && own.volume === ''
  const rooted = own.rooted || joins
  const names = climbed([...(joins ? namesOf(base) : []), ...namesOf(own)], rooted)
  const path = `${volume}${rooted ? '\\' : ''}${names.join('\\')}`
  return { path: path === '' ? '.' : path, absolute: rooted && volume !== '' }
}

function climbed(names: readonly string[], rooted: boolean): readonly string[] {
  const kept: string[] = []
  for (const name of names) {
    if (name !== '..') kept.push(name)
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop()
    else if (!rooted) kept.push(name)
  }
  return kept
}

function rootOf(text: string): Root {
  const prefix = VERBATIM.exec(text)?.[0] ?? ''
  const verbatim = prefix !== ''
  const unprefixed = text.slice(prefix.length)
  const plain =
    verbatim && /^UNC[\\/]/i.test(unprefixed) ? `\\\\${unprefixed.slice(4)}` : unprefixed
  const unc = UNC.exec(plain)
  if (unc) {
    const volume = `\\\\${unc[1]}\\${unc[2]}`
    return { volume, rooted: true, rest: plain.slice(unc[0].length), verbatim }
  }
  const drive = DRIVE.exec(plain)
  const rest = drive ? plain.slice(2) : plain
  const volume = drive ? `${drive[1]?.toUpperCase()}:` : ''
  return { volume, rooted: /^[\\/]/.test(rest), rest, verbatim }
}

function namesOf({ rest, verbatim }: Root): readonly string[] {
  const names = rest.split(/[\\/]/)
  const read = names.map(verbatim ? withoutStream : windowsName)
  return read.filter((name) => name !== '' && name !== '.')
}

function withoutStream(name: string): string {
  const colon = name.indexOf(':')
  return colon < 0 ? name : name.slice(0, colon)
}

function windowsName(name: string): string {
  const file = withoutStream(name)
  if (/^\.[ ]*$/.test(file)) return '.'
  if (/^\.[. ]*$/.test(file)) return '..'
  return trimEnd(file)
}

/** Without the dots and spaces at its end; a backtracking expression would take quadratic time. */
function trimEnd(name: string): string {
  let end = name.length
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end -= 1
  return name.slice(0, end)
}
