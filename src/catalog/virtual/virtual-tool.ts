import { canonicalJson } from '../../kernel/canonical-json.ts'
import { type Digest, sha256 } from '../../kernel/hash.ts'
import { isObject, type JsonObject } from '../../kernel/json.ts'
import { classify, type Override } from '../classify.ts'
import { type Entry, makeEntry } from '../entry.ts'
import type { Violation } from '../schema/run.ts'
import type { ValidatorCache } from '../validators.ts'
import { annotationsOf, type Declared, readDeclared } from './definition.ts'
import { type Filling, type Flaw, type Renderers, readMembers } from './filling.ts'

/** What the operator writes of a tool that narrows another. */
export interface VirtualToolSource {
  readonly of: Origin
  readonly title?: string | undefined
  readonly description?: string | undefined
  /** JSON Schema of each argument, with `optional: true` where it may be absent. */
  readonly arguments?: JsonObject | undefined
  /** What the original gets. Without it, and without `arguments`: the original's own, as they are. */
  readonly with?: JsonObject | undefined
  /** Its own classes; absent: those of the original. */
  readonly classes?: Override | undefined
}

/** A tool of a real server. */
export interface Origin {
  readonly server: string
  readonly name: string
}

/** What a virtual tool is, while its original is what it is now. */
export interface VirtualEntry extends Entry {
  /** The arguments that the original gets; undefined for arguments with violations. */
  fill(args: JsonObject): JsonObject | undefined
}

/** A tool that exists in the configuration alone. */
export interface VirtualTool {
  readonly name: string
  readonly of: Origin
  /** The same original, the same entry. */
  over(original: Entry): VirtualEntry
}

export interface VirtualToolOptions {
  readonly renderers: Renderers
  readonly validators: ValidatorCache
  /** Folders by name, which a path may begin with. */
  readonly places: Readonly<Record<string, string>>
}

/** Makes a virtual tool; or says what is wrong with it, at paths under it. */
export function virtualTool(
  name: string,
  source: VirtualToolSource,
  options: VirtualToolOptions,
): VirtualTool | readonly Flaw[] {
  const narrows = source.arguments !== undefined || source.with !== undefined
  const narrowing = narrows ? readNarrowing(source, options) : undefined
  if (narrowing && 'flaws' in narrowing) return narrowing.flaws
  const made = new WeakMap<Entry, VirtualEntry>()
  return {
    name,
    of: source.of,
    over(original) {
      const known = made.get(original)
      if (known) return known
      const entry = makeVirtual(name, source, narrowing, original, options.validators)
      made.set(original, entry)
      return entry
    },
  }
}

interface Narrowing extends Declared {
  readonly fill: Filling
}

function readNarrowing(
  source: VirtualToolSource,
  { renderers, places }: VirtualToolOptions,
): Narrowing | { readonly flaws: readonly Flaw[] } {
  const unreal = [
    ...notJson(source.arguments, ['arguments']),
    ...notJson(source.with, ['with']),
    ...(source.description === undefined
      ? [{ path: ['description'], message: 'missing; say what the narrowed tool does' }]
      : []),
  ]
  if (unreal.length > 0) return { flaws: unreal }
  const declared = readDeclared(source.arguments ?? {})
  if ('flaws' in declared) return declared
  const filling = readMembers(source.with ?? {}, { ...declared, places, renderers })
  if ('flaws' in filling) {
    const flaws = filling.flaws.map(({ path, message }) => ({ path: ['with', ...path], message }))
    return { flaws }
  }
  const unused = [...declared.names].filter((each) => !filling.uses.has(each))
  const message = 'nothing in `with` uses this argument'
  if (unused.length > 0)
    return { flaws: unused.map((each) => ({ path: ['arguments', each], message })) }
  return { ...declared, fill: filling.fill }
}

/** YAML knows numbers that JSON does not. */
function notJson(value: unknown, path: readonly PropertyKey[]): readonly Flaw[] {
  if (typeof value === 'number' && !Number.isFinite(value))
    return [{ path, message: 'not a number that JSON knows' }]
  if (typeof value === 'string' && !value.isWellFormed()) return [{ path, message: 'not Unicode' }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => notJson(inner, [...path, name]))
}

function makeVirtual(
  name: string,
  source: VirtualToolSource,
  narrowing: Narrowing | undefined,
  original: Entry,
  validators: ValidatorCache,
): VirtualEntry {
  const json = definitionOf(name, source, narrowing, original)
  const own = makeEntry('tools', { name, json, size: 0 }, validators, () => source.classes)
  const stated = source.classes && classify({ name: original.name }, source.classes)
  let digest: Digest | undefined
  const results = new WeakMap<JsonObject, Outcome>()
  const outcomeOf = (args: JsonObject): Outcome => {
    const known = results.get(args)
    if (known) return known
    const outcome = evaluate(narrowing, own, original, args)
    results.set(args, outcome)
    return outcome
  }
  return {
    name,
    definition: json,
    get classification() {
      return stated ?? original.classification
    },
    // Who pins a virtual tool pins what it does: its definition, its filling and its original.
    digest: () => {
      const { of, with: filling = null } = source
      const whole = { definition: own.digest(), of: { ...of }, with: filling }
      digest ??= sha256(canonicalJson({ ...whole, original: original.digest() }))
      return digest
    },
    violations: (args) => outcomeOf(args).violations,
    fill: (args) => outcomeOf(args).filled,
    flaws: original.flaws,
  }
}

function definitionOf(
  name: string,
  { title, description, classes }: VirtualToolSource,
  narrowing: Narrowing | undefined,
  { definition }: Entry,
): JsonObject {
  const said = {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
  }
  if (!narrowing) return { ...definition, ...said, name }
  const { outputSchema, annotations } = definition
  const claims = annotationsOf(annotations, classes)
  return {
    name,
    ...said,
    inputSchema: narrowing.inputSchema,
    ...(isObject(outputSchema) ? { outputSchema } : {}),
    ...(claims === undefined ? {} : { annotations: claims }),
  }
}

interface Outcome {
  readonly violations: readonly Violation[]
  readonly filled: JsonObject | undefined
}

const REFUSED = 'cannot be passed on: the tool behind does not take these values'

/** Both sides are held against their schemas: what is asked, and what is asked for in its place. */
function evaluate(
  narrowing: Narrowing | undefined,
  own: Entry,
  original: Entry,
  args: JsonObject,
): Outcome {
  if (!narrowing) {
    const violations = original.violations(args)
    return { violations, filled: violations.length === 0 ? args : undefined }
  }
  const violations = own.violations(args)
  if (violations.length > 0) return { violations, filled: undefined }
  const result = narrowing.fill({ ...narrowing.defaults, ...args })
  if ('why' in result) return refused({ pointer: `/${result.argument}`, message: result.why })
  const filled = 'value' in result ? result.value : {}
  if (!isObject(filled) || original.violations(filled).length > 0)
    return refused({ pointer: '', message: REFUSED })
  return { violations: [], filled }
}

function refused(violation: Violation): Outcome {
  return { violations: [violation], filled: undefined }
}
