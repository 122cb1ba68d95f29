import { percentDecoded } from './decode.ts'
import {
  braceExpanded,
  hasGlob,
  hasVariable,
  startsElsewhere,
  startsWithTilde,
  withoutVariables,
} from './expansions.ts'
import type { PathFlag } from './flags.ts'
import { hasControl, hasInvisible, plain, visible } from './odd-characters.ts'

/** What servers may make of a text before they open it, the text itself first. */
export interface Readings {
  readonly texts: readonly string[]
  /** What is unusual about the text and its readings. */
  readonly flags: ReadonlySet<PathFlag>
  /** Why nobody can say what it means to the server. */
  readonly unclear?: string
}

/** Readings at most. Each may be read anew: decoded, then trimmed, then expanded. */
const MAX_READINGS = 32

type Step =
  | { readonly flag: PathFlag; readonly texts: readonly string[] }
  | { readonly unclear: string; readonly flag: PathFlag }
  | undefined

/**
 * What a server may do to a text, each step known from real servers: those that take names from
 * people trim and unquote, those that take them from the web decode, shells expand, some file
 * systems normalise or leave out what is invisible, and tools from Windows split at backslashes.
 */
const STEPS: readonly ((text: string) => Step)[] = [
  trimmed,
  unquoted,
  fromUrl,
  decoded,
  normalised,
  seen,
  unset,
  expanded,
  split,
]

/** All readings of a text. */
export function readingsOf(text: string): Readings {
  const texts = new Set([text])
  const flags = new Set<PathFlag>()
  const unclear: string[] = []
  // A set yields what is added while it is walked.
  for (const reading of texts) {
    if (texts.size > MAX_READINGS) break
    if (startsElsewhere(reading)) unclear.push('starts with what only the server can expand')
    for (const flag of flagsOf(reading)) flags.add(flag)
    for (const step of STEPS) apply(step(reading), texts, flags, unclear)
  }
  if (texts.size > MAX_READINGS) unclear.push('may be read in too many ways')
  // Nothing, joined with a folder, is that folder.
  const kept = new Set([...texts].slice(0, MAX_READINGS).map((one) => one || '.'))
  const [why] = unclear
  return { texts: [...kept], flags, ...(why === undefined ? {} : { unclear: why }) }
}

function apply(step: Step, texts: Set<string>, flags: Set<PathFlag>, unclear: string[]): void {
  if (!step) return
  flags.add(step.flag)
  if ('unclear' in step) unclear.push(step.unclear)
  else for (const text of step.texts) texts.add(text)
}

function* flagsOf(text: string): Generator<PathFlag> {
  if (hasControl(text)) yield 'control'
  if (hasGlob(text)) yield 'glob'
  if (hasVariable(text)) yield 'variable'
  if (startsWithTilde(text)) yield 'home'
}

function trimmed(text: string): Step {
  const texts = [text.trim()]
  return texts[0] === text ? undefined : { flag: 'trailing', texts }
}

function unquoted(text: string): Step {
  const start = /^["'`]/.test(text) ? 1 : 0
  const end = text.length > 1 && /["'`]$/.test(text) ? text.length - 1 : text.length
  if (start === 0 && end === text.length) return undefined
  return { flag: 'quoted', texts: [text.slice(start, end)] }
}

/** RFC 8089. The host is left as that of a UNC path. */
function fromUrl(text: string): Step {
  const file = /^file:(\/\/(?:localhost(?=\/))?)?/i.exec(text)
  if (file) {
    const rest = text.slice(file[0].length)
    const path = file[1] === undefined || /^[\\/]/.test(rest) ? rest : `//${rest}`
    // `/C:/x` is how a drive stands in a URL.
    return { flag: 'url', texts: [path.replace(/^\/(?=[A-Za-z]:[\\/])/, '')] }
  }
  return /^[a-z][\w+.-]+:\/\//i.test(text)
    ? { flag: 'url', unclear: 'is a URL and not a path' }
    : undefined
}

function decoded(text: string): Step {
  const found = percentDecoded(text)
  switch (found.kind) {
    case 'same':
      return undefined
    case 'hides':
      return { flag: 'encoded', unclear: 'may be read in two ways' }
    case 'decoded':
      return { flag: 'encoded', texts: [found.text] }
  }
}

function normalised(text: string): Step {
  const texts = [plain(text)]
  return texts[0] === text ? undefined : { flag: 'unicode', texts }
}

function seen(text: string): Step {
  if (hasInvisible(text)) return { flag: 'unicode', texts: [visible(text)] }
  return hasControl(text) ? { flag: 'control', texts: [visible(text)] } : undefined
}

function unset(text: string): Step {
  const texts = [withoutVariables(text)]
  return texts[0] === text ? undefined : { flag: 'variable', texts }
}

function expanded(text: string): Step {
  const texts = braceExpanded(text)?.slice(0, MAX_READINGS + 1)
  return texts && { flag: 'glob', texts }
}

function split(text: string): Step {
  return text.includes('\\')
    ? { flag: 'backslash', texts: [text.replaceAll('\\', '/')] }
    : undefined
}
