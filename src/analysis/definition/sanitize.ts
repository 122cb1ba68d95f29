import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { withoutHidden } from '../text/hidden.ts'

/** What a text may cost a model. */
export interface SanitizeOptions {
  /** Characters (UTF-16 units) of one text; what is longer is cut, and says so. */
  readonly maxText: number
}

/** Said at the end of a text that was cut. */
const CUT = '… [shortened]'
/** Members that only talk. All others mean something to programs, and stay as they are. */
const TALK: ReadonlySet<string> = new Set([
  'description',
  'title',
  'instructions',
  '$comment',
  'summary',
])
/** Members whose members are named by the author: there `title` is a property, not a text. */
const NAMED: ReadonlySet<string> = new Set(
  'properties patternProperties $defs definitions dependentSchemas dependentRequired _meta'.split(
    ' ',
  ),
)
/** Members that hold values, not schemas. */
const VALUES: ReadonlySet<string> = new Set(
  'enum const default examples example required'.split(' '),
)
/** What is deeper is left out: nobody described anything there for a model. */
const MOST_DEPTH = 400

/**
 * A definition as a model gets it: texts without anything that people do not see, and no longer than
 * allowed. Names, enums, constants, defaults, patterns and references stay as they are, so that a valid
 * schema stays valid. The same object when nothing changes. Idempotent, total.
 */
export function sanitizeDefinition<T extends Json>(definition: T, options: SanitizeOptions): T {
  if (typeof definition === 'string') return clean(definition, options) as T
  return sanitized(definition, options, 0, false) as T
}

function sanitized(value: Json, options: SanitizeOptions, depth: number, named: boolean): Json {
  if (typeof value !== 'object' || value === null || depth > MOST_DEPTH) return value
  if (isObject(value)) return ofObject(value, options, depth, named)
  const items = value.map((item) => sanitized(item, options, depth + 1, false))
  return items.every((item, index) => item === value[index]) ? value : items
}

function ofObject(
  value: JsonObject,
  options: SanitizeOptions,
  depth: number,
  named: boolean,
): JsonObject {
  let changed = false
  const members: [string, Json | undefined][] = []
  for (const [name, member] of Object.entries(value)) {
    const next = ofMember(name, member, options, depth, named)
    changed ||= next !== member
    members.push([name, next])
  }
  // A member called `__proto__` stays a member.
  return changed ? Object.fromEntries(members) : value
}

function ofMember(
  name: string,
  member: Json | undefined,
  options: SanitizeOptions,
  depth: number,
  named: boolean,
): Json | undefined {
  if (member === undefined) return undefined
  if (!named && VALUES.has(name)) return member
  if (!named && typeof member === 'string') return TALK.has(name) ? clean(member, options) : member
  return sanitized(member, options, depth + 1, !named && NAMED.has(name))
}

function clean(text: string, { maxText }: SanitizeOptions): string {
  const seen = withoutHidden(text)
  if (seen.length <= maxText) return seen
  const kept = seen.slice(0, Math.max(0, maxText - CUT.length))
  // No half characters: what is cut stays well formed, and hides nothing new.
  return `${withoutHidden(kept.replace(/[\ud800-\udbff]$/, '').trimEnd())}${CUT}`
}
