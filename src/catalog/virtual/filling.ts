import type { SqlDialect } from '../../kernel/facts.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { pathTemplate } from './path-template.ts'
import { shellTemplate } from './shell-template.ts'
import { argumentsIn, type Fill, readTemplate, type Scalar, type Template } from './template.ts'
import { urlTemplate } from './url-template.ts'

/** Something that is wrong with a virtual tool, at a path under it. */
export interface Flaw {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** Renderers that the catalog has not itself. */
export interface Renderers {
  /** Puts values into an SQL template so that they stay values; why one does not fit, otherwise. */
  readonly sql: (
    template: string,
    values: Readonly<Record<string, Scalar>>,
    dialect: SqlDialect,
  ) => { readonly text: string } | { readonly why: string }
}

/** What the arguments of a virtual tool are, and what else a template may name. */
export interface FillingContext {
  readonly names: ReadonlySet<string>
  /** Those that may be absent from a call. */
  readonly optional: ReadonlySet<string>
  /** A value of the kind that an argument has. */
  readonly sample: (name: string) => Scalar
  /** Folders by name, which a path may begin with. */
  readonly places: Readonly<Record<string, string>>
  readonly renderers: Renderers
}

/** Makes the value for one place of the original's arguments. */
export type Filling = (args: JsonObject) => Filled

/** The value; `absent` where an argument that may be absent is; or what does not fit. */
export type Filled =
  | { readonly value: Json }
  | { readonly absent: true }
  | { readonly argument: string; readonly why: string }

const ABSENT: Filled = { absent: true }
const MAX_TEMPLATE = 65_536

/** A filling, with the names of the arguments that it uses; or what is wrong with it. */
export type ReadFilling =
  | { readonly fill: Filling; readonly uses: ReadonlySet<string> }
  | { readonly flaws: readonly Flaw[] }

/**
 * Reads what one place of the original's arguments gets: a fixed value, an argument (`"${name}"`), or
 * a typed template such as `{ path: … }`; maps and lists hold them too.
 */
function readFilling(given: Json, context: FillingContext): ReadFilling {
  if (typeof given === 'string') return readText(given, context)
  if (Array.isArray(given)) return readMany(Object.entries(given), context, listOf)
  if (!isObject(given)) return { fill: () => ({ value: given }), uses: new Set() }
  return readTyped(given, context) ?? readMembers(given, context)
}

/** Reads a map whose keys are names, whatever they are. */
export function readMembers(given: JsonObject, context: FillingContext): ReadFilling {
  const members = Object.entries(given).map(([name, value]) => [name, value ?? null] as const)
  return readMany(members, context, objectOf)
}

function readText(text: string, { names }: FillingContext): ReadFilling {
  const template = readTemplate(text)
  if ('wrong' in template)
    return flaw(`${template.wrong}; write \`{ fixed: … }\` for this very text`)
  const [first, ...others] = template
  if (typeof first !== 'object' && others.length === 0)
    return { fill: () => ({ value: text }), uses: new Set() }
  if (typeof first !== 'object' || others.length > 0) return flaw(UNTYPED)
  const { argument } = first
  if (!names.has(argument)) return flaw(`no argument \`${argument}\``)
  return {
    uses: new Set([argument]),
    fill: (args) => {
      const value = Object.hasOwn(args, argument) ? args[argument] : undefined
      return value === undefined ? ABSENT : { value }
    },
  }
}

const UNTYPED =
  'a text around an argument needs its kind: `{ sql: …, dialect: … }`, `{ shell: … }`, `{ path: … }`, `{ url: … }` or `{ text: … }`'

const KINDS = ['sql', 'shell', 'path', 'url', 'text'] as const
type Kind = (typeof KINDS)[number]

/** A map that is a template by its keys, or a fixed value; undefined for any other map. */
function readTyped(given: JsonObject, context: FillingContext): ReadFilling | undefined {
  const keys = Object.keys(given)
  if (keys.length === 1 && keys[0] === 'fixed') {
    const value = given['fixed'] ?? null
    return { fill: () => ({ value }), uses: new Set() }
  }
  const kind = KINDS.find((each) => keys.includes(each))
  const alone = keys.length === 1 || (kind === 'sql' && keys.length === 2 && 'dialect' in given)
  const text = kind && alone ? given[kind] : undefined
  if (kind === undefined || typeof text !== 'string') return undefined
  const read = readTemplateOf({ kind, text, dialect: given['dialect'] }, context)
  return 'wrong' in read ? flaw(read.wrong, [kind]) : read
}

interface Typed {
  readonly kind: Kind
  readonly text: string
  readonly dialect: Json | undefined
}

function readTemplateOf(
  typed: Typed,
  context: FillingContext,
): Exclude<ReadFilling, { readonly flaws: unknown }> | { readonly wrong: string } {
  if (typed.text.length > MAX_TEMPLATE) return { wrong: 'it is too long' }
  const template = readTemplate(typed.text)
  if ('wrong' in template) return template
  const placed = typed.kind === 'path' ? inPlace(template, context) : template
  const uses = argumentsIn(placed)
  const wrong = misused(uses, context)
  if (wrong !== undefined) return { wrong }
  const fill = compile(typed, placed, context)
  if (typeof fill === 'string') return { wrong: fill }
  return { uses, fill: (args) => filled(fill, scalarsOf(args, uses)) }
}

/** A path may begin with the name of a folder that the operator named. */
function inPlace(template: Template, { names, places }: FillingContext): Template {
  const [first, ...others] = template
  if (typeof first !== 'object' || names.has(first.argument)) return template
  const { argument: name } = first
  const folder = Object.hasOwn(places, name) ? places[name] : undefined
  return folder === undefined ? template : [folder, ...others]
}

function misused(
  uses: ReadonlySet<string>,
  { names, optional }: FillingContext,
): string | undefined {
  const unknown = [...uses].find((name) => !names.has(name))
  if (unknown !== undefined) return `no argument \`${unknown}\``
  const open = [...uses].find((name) => optional.has(name))
  return open && `\`${open}\` may be absent; give it a \`default\` to use it in a text`
}

function compile(
  { kind, text, dialect }: Typed,
  template: Template,
  { renderers, sample }: FillingContext,
): Fill | string {
  switch (kind) {
    case 'path':
      return pathTemplate(template)
    case 'url':
      return urlTemplate(template)
    case 'shell':
      return shellTemplate(template)
    case 'text':
      return (values) => ({
        text: template
          .map((part) => (typeof part === 'string' ? part : String(values[part.argument])))
          .join(''),
      })
    case 'sql': {
      if (!isDialect(dialect)) return 'expected `dialect`: `postgresql`, `mysql` or `sqlite`'
      const names = [...argumentsIn(template)]
      const samples = Object.fromEntries(names.map((name) => [name, sample(name)]))
      const tried = renderers.sql(text, samples, dialect)
      if ('why' in tried) return tried.why
      const [first = ''] = names
      return (values) => {
        const rendered = renderers.sql(text, values, dialect)
        return 'text' in rendered ? rendered : { argument: first, why: rendered.why }
      }
    }
  }
}

function isDialect(value: Json | undefined): value is SqlDialect {
  return value === 'postgresql' || value === 'mysql' || value === 'sqlite'
}

interface Scalars {
  readonly values: Readonly<Record<string, Scalar>>
  /** An argument that is no text, number or boolean. */
  readonly other: string | undefined
}

function scalarsOf(args: JsonObject, names: ReadonlySet<string>): Scalars {
  const values: Record<string, Scalar> = Object.create(null)
  let other: string | undefined
  for (const name of names) {
    const value = Object.hasOwn(args, name) ? args[name] : undefined
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      values[name] = value
    else other = name
  }
  return { values, other }
}

function filled(fill: Fill, { values, other }: Scalars): Filled {
  if (other !== undefined) return { argument: other, why: 'must be text, a number or a boolean' }
  const result = fill(values)
  return 'text' in result ? { value: result.text } : result
}

type Assemble = (values: readonly (readonly [string, Json])[]) => Json

const listOf: Assemble = (values) => values.map(([, value]) => value)
const objectOf: Assemble = (values) => Object.fromEntries(values)

/** Members or items; one whose argument is absent is left out. */
function readMany(
  given: readonly (readonly [string, Json])[],
  context: FillingContext,
  assemble: Assemble,
): ReadFilling {
  const read = given.map(([name, value]) => [name, readFilling(value, context)] as const)
  const flaws = read.flatMap(([name, one]) =>
    'flaws' in one
      ? one.flaws.map(({ path, message }) => ({ path: [name, ...path], message }))
      : [],
  )
  if (flaws.length > 0) return { flaws }
  const parts = read.flatMap(([name, one]) => ('fill' in one ? [[name, one] as const] : []))
  return {
    uses: new Set(parts.flatMap(([, { uses }]) => [...uses])),
    fill: (args) => {
      const values: (readonly [string, Json])[] = []
      for (const [name, { fill }] of parts) {
        const one = fill(args)
        if ('why' in one) return one
        if ('value' in one) values.push([name, one.value])
      }
      return { value: assemble(values) }
    },
  }
}

function flaw(message: string, path: readonly PropertyKey[] = []): ReadFilling {
  return { flaws: [{ path, message }] }
}
