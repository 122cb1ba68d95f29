import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'
import type { JsonObject } from '../../src/kernel/json.ts'

const source = z.looseObject({ repo: z.string().nullish(), npm: z.string().nullish() })
const shared = { id: z.string(), label: z.string(), source: source.optional() }
const peer = z.looseObject({
  server: z.string().nullish(),
  tool: z.looseObject({ name: z.string(), description: z.string().nullish() }),
})

const definition = z.looseObject({
  ...shared,
  entity: z.string().default('tool'),
  class: z.string().default(''),
  group: z.string().default(''),
  server: z.string().nullish(),
  tool: z.looseObject({}),
  peers: z.array(peer).nullish(),
})
const result = z.looseObject({
  ...shared,
  class: z.string().default(''),
  group: z.string().default(''),
  text: z.string(),
})
const secret = z.looseObject({
  ...shared,
  kind: z.string().default(''),
  group: z.string().default(''),
  text: z.string(),
})

export type DefinitionRecord = z.output<typeof definition> & { readonly tool: JsonObject }
export type ResultRecord = z.output<typeof result>
export type SecretRecord = z.output<typeof secret>

/** Labelled data, by what it is about. A file that is not there is empty. */
export interface Corpus {
  readonly poisoned: readonly DefinitionRecord[]
  readonly benign: readonly DefinitionRecord[]
  readonly resembling: readonly DefinitionRecord[]
  readonly wild: readonly DefinitionRecord[]
  readonly results: readonly ResultRecord[]
  readonly secrets: readonly SecretRecord[]
}

/**
 * Reads labelled data: JSON lines, plain or gzip, in one folder.
 *
 * @throws Error when the folder holds none of the files, or a line is not what it should be.
 */
export function readCorpus(folder: string): Corpus {
  const read = <T>(name: string, schema: z.ZodType<T>): readonly T[] =>
    linesOf(folder, name).map(({ file, line, text }) => {
      const parsed = schema.safeParse(JSON.parse(text))
      if (parsed.success) return parsed.data
      throw new Error(`${file}:${line}: ${z.prettifyError(parsed.error)}`)
    })
  const definitions = (name: string): readonly DefinitionRecord[] =>
    read(name, definition) as readonly DefinitionRecord[]
  const corpus = {
    poisoned: definitions('definitions-malicious'),
    benign: definitions('definitions-benign'),
    resembling: definitions('definitions-hard-negative'),
    wild: definitions('definitions-wild'),
    results: read('results', result),
    secrets: read('secrets', secret),
  }
  if (Object.values(corpus).every((records) => records.length === 0))
    throw new Error(`no labelled data in ${folder}: expected files such as results.jsonl.gz`)
  return corpus
}

/** The one who made a record: what one source made looks alike, and is never on both sides of a test. */
export function familyOf({
  source: from,
  group = '',
}: {
  source?: unknown
  group?: string
}): string {
  const { repo, npm } = (from ?? {}) as { repo?: string | null; npm?: string | null }
  return repo ?? npm ?? group.split('|')[0] ?? ''
}

function linesOf(folder: string, name: string) {
  const [plain, packed] = [join(folder, `${name}.jsonl`), join(folder, `${name}.jsonl.gz`)]
  const file = existsSync(plain) ? plain : packed
  if (!existsSync(file)) return []
  const bytes = readFileSync(file)
  const text = (file === packed ? gunzipSync(bytes) : bytes).toString('utf8')
  return text
    .split('\n')
    .map((line, index) => ({ file, line: index + 1, text: line }))
    .filter((line) => line.text.trim() !== '')
}
