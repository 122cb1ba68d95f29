import { isObject } from '../../kernel/json.ts'
import type { LimitDefinition } from '../../kernel/limits.ts'
import type { Guard } from '../guards/guard.ts'
import { locator, type Place, type PolicyProblem } from '../problem.ts'
import { type Finding, findingsOf, problemsOf } from './findings.ts'
import { issueMessage } from './messages.ts'
import { readYaml, type Yaml } from './read-yaml.ts'
import { DOCUMENT } from './schema.ts'
import { type RootFinder, toGuard } from './to-guard.ts'
import { toLimit } from './to-limit.ts'
import { type KnownTypes, type PlacelessScreen, toScreen } from './to-screen.ts'

/** Something with a name, and where it stands. */
export interface Placed<Item> {
  readonly item: Item
  readonly place: Place
}

/** What a YAML file beside the policies holds. */
export interface PolicyDocument {
  readonly guards: readonly Placed<Guard>[]
  readonly limits: readonly Placed<LimitDefinition>[]
  readonly screens: readonly Placed<PlacelessScreen>[]
  /** All names, of what is wrong too: who names them is not wrong as well. */
  readonly names: { readonly guards: readonly string[]; readonly limits: readonly string[] }
  readonly problems: readonly PolicyProblem[]
}

/** What reading needs to know of the world. */
export interface ReadOptions extends RootFinder {
  /** Types of findings that there are; left out: any. */
  readonly types?: KnownTypes
}

/** Reads guards, limits and screens of one file. Nothing in it is ignored: all that is wrong is a problem. */
export function readDocument(file: string, text: string, options: ReadOptions): PolicyDocument {
  const yaml = readYaml(text, locator(file, text))
  const names = { guards: namesAt(yaml.value, 'guards'), limits: namesAt(yaml.value, 'limits') }
  const nothing = { guards: [], limits: [], screens: [], names }
  if (yaml.value === undefined) return { ...nothing, problems: yaml.problems }
  const parsed = DOCUMENT.safeParse(yaml.value, { error: issueMessage })
  if (!parsed.success) {
    return { ...nothing, problems: problemsOf(yaml, findingsOf(DOCUMENT, parsed.error)) }
  }
  const guards = Object.entries(parsed.data.guards).map(([name, written]) => ({
    path: ['guards', name],
    made: toGuard(name, written, options),
  }))
  const limits = Object.entries(parsed.data.limits).map(([name, written]) => ({
    path: ['limits', name],
    made: toLimit(name, written),
  }))
  const screens = Object.entries(parsed.data.screens).map(([name, written]) => ({
    path: ['screens', name],
    made: toScreen(name, written, options.types ?? {}),
  }))
  return {
    guards: placed(yaml, guards),
    limits: placed(yaml, limits),
    screens: placed(yaml, screens),
    names,
    problems: [...guards, ...limits, ...screens].flatMap(({ path, made }) =>
      'findings' in made
        ? problemsOf(
            yaml,
            made.findings.map((one) => ({ ...one, path: [...path, ...one.path] })),
          )
        : [],
    ),
  }
}

function namesAt(value: unknown, member: string): readonly string[] {
  const inner = isObject(value) ? value[member] : undefined
  return isObject(inner) ? Object.keys(inner) : []
}

/** What was made of a part of a document, or what is wrong with it. */
export type Made<Item> = { readonly item: Item } | { readonly findings: readonly Finding[] }

function placed<Item>(
  yaml: Yaml,
  all: readonly { readonly path: readonly string[]; readonly made: Made<Item> }[],
): readonly Placed<Item>[] {
  return all.flatMap(({ path, made }) =>
    'item' in made ? [{ item: made.item, place: yaml.placeOf(path) }] : [],
  )
}
