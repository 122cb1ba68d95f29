import type { Classification } from '../kernel/access.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { type Digest, sha256 } from '../kernel/hash.ts'
import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import { classify, type Override, READ_ONLY, type ToolClaims } from './classify.ts'
import type { Definition, ItemKind } from './definition.ts'
import type { Violation } from './schema/run.ts'
import { unsupported } from './schema/source.ts'
import type { ValidatorCache, Validators } from './validators.ts'

/** Something that a server listed and that may be used. */
export interface Entry {
  /** The name of a tool or prompt, the URI of a resource, the URI template of a template. */
  readonly name: string
  /** The definition as the server gave it, for an exact relay. */
  readonly definition: JsonObject
  readonly classification: Classification
  /**
   * SHA-256 of the definition's canonical form (RFC 8785): all of it, for a model may see all of it.
   *
   * @throws GatewayError `definition_unsupported` when it has none: a string in it is not Unicode.
   */
  digest(): Digest
  /** What is wrong with these arguments. @throws GatewayError `definition_unsupported`. */
  violations(args: JsonObject): readonly Violation[]
  /** What is wrong with this result. @throws GatewayError `definition_unsupported`. */
  flaws(result: JsonObject): readonly Violation[]
}

/**
 * Makes the entry of a definition. Digest, classification and validators wait until they are asked for.
 *
 * @param override asked each time: the same object stands for the same classes.
 */
export function makeEntry(
  kind: ItemKind,
  { name, json }: Definition,
  validators: ValidatorCache,
  override: (tool: string) => Override | undefined,
): Entry {
  const digest = once(() => digestOf(json))
  const classification =
    kind === 'tools' ? classified(claimsOf(name, json), () => override(name)) : () => READ_ONLY
  const schemas = once(() => schemasOf(kind, json))
  const compiled = (): Validators => validators.of(digest(), schemas())
  const checked = kind === 'tools' || kind === 'prompts'
  return {
    name,
    definition: json,
    get classification() {
      return classification()
    },
    digest,
    violations: (args) => (checked ? compiled().input.violations(args) : []),
    flaws: (result) => (checked ? compiled().output.violations(result) : []),
  }
}

/** What people say of a tool may change while its definition stays. */
function classified(
  claims: ToolClaims,
  override: () => Override | undefined,
): () => Classification {
  let made: { readonly by: Override | undefined; readonly value: Classification } | undefined
  return () => {
    const by = override()
    if (made === undefined || made.by !== by) made = { by, value: classify(claims, by) }
    return made.value
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function digestOf(json: JsonObject): Digest {
  try {
    return sha256(canonicalJson(json))
  } catch (cause) {
    throw unsupported('holds text that is not Unicode', cause)
  }
}

/** What a definition says that is evidence of what the tool does. */
export function claimsOf(
  name: string,
  { annotations, description, inputSchema, outputSchema }: JsonObject,
): ToolClaims {
  const hints = isObject(annotations) ? annotations : undefined
  const said = typeof description === 'string' ? description : undefined
  return { name, description: said, annotations: hints, inputSchema, outputSchema }
}

type Schemas = Parameters<ValidatorCache['of']>[1]

function schemasOf(kind: ItemKind, json: JsonObject): Schemas {
  if (kind !== 'prompts') {
    return { inputSchema: json['inputSchema'], outputSchema: json['outputSchema'] }
  }
  return { inputSchema: promptSchema(json['arguments']), outputSchema: undefined }
}

/** Prompts declare their arguments by a list; all are strings (2025-11-25, server/prompts). */
function promptSchema(declared: Json | undefined): JsonObject {
  const list: readonly Json[] = Array.isArray(declared) ? declared : []
  const required = list.flatMap((argument) => {
    const name = isObject(argument) && argument['required'] === true ? argument['name'] : undefined
    return typeof name === 'string' ? [name] : []
  })
  return { type: 'object', required, additionalProperties: { type: 'string' } }
}
