import { createContentAnalysis } from '../../src/analysis/content/content.ts'
import { createSecretFinder } from '../../src/analysis/content/secrets/secrets.ts'
import { createDefinitionAnalysis } from '../../src/analysis/definition/definition.ts'
import type { ContentCategory } from '../../src/kernel/content.ts'
import { isAtLeast } from '../../src/kernel/finding.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { type DefinitionRecord, familyOf, type ResultRecord, type SecretRecord } from './corpus.ts'
import type { Judged } from './score.ts'

const BAD: ReadonlySet<string> = new Set(['malicious', 'injected', 'secret'])
/** What acts on a result that carries orders: an instruction, or text that nobody sees. */
const ORDERS: ReadonlySet<ContentCategory> = new Set(['injection', 'hidden'])
const SECRETS: ReadonlySet<ContentCategory> = new Set(['secret'])

/** Which lists hold which kind of definition. */
const LISTS: Readonly<Record<string, string>> = {
  tool: 'tools',
  prompt: 'prompts',
  resource: 'resources',
  resource_template: 'resourceTemplates',
  resourceTemplate: 'resourceTemplates',
  instructions: 'instructions',
}

/** A definition, flagged where it is kept out at first sight. */
export interface JudgedDefinition extends Judged {
  /** Whether it is kept out, or people are asked to look at it. */
  readonly noticed: boolean
}

/** Flags definitions as the gateway does at first sight. */
export function judgeDefinitions(
  records: readonly DefinitionRecord[],
  bad: boolean,
): readonly JudgedDefinition[] {
  return records.map((record) => {
    const { id, entity, tool, server, peers } = record
    const others = (peers ?? []).map(({ server: of, tool: { name: called, description } }) => ({
      server: of ?? 'other',
      name: called,
      ...(description ? { description } : {}),
    }))
    const definition: JsonObject = tool
    const { name, uri } = definition
    const { findings, verdict } = createDefinitionAnalysis({ peers: others }).analyse({
      kind: LISTS[entity] ?? 'tools',
      name: typeof name === 'string' ? name : typeof uri === 'string' ? uri : '',
      definition,
      server: server ?? 'server',
    })
    const rules = [...new Set(findings.map(({ rule }) => rule))]
    const verdicts = { flagged: verdict === 'poisoned', noticed: verdict !== 'clean' }
    return { id, family: familyOf(record), kind: record.class, bad, ...verdicts, rules }
  })
}

/** Flags tool results as screens do that act on what is at least likely. */
export function judgeResults(records: readonly ResultRecord[]): readonly Judged[] {
  return records.map((record) => ({ ...scanned(record, ORDERS), kind: record.class }))
}

/** Flags texts with secrets as screens do that act on what is at least likely. */
export function judgeSecrets(records: readonly SecretRecord[]): readonly Judged[] {
  return records.map((record) => ({ ...scanned(record, SECRETS), kind: record.kind }))
}

const content = createContentAnalysis({
  key: new Uint8Array(32),
  secrets: createSecretFinder(),
})

function scanned(
  record: ResultRecord | SecretRecord,
  categories: ReadonlySet<ContentCategory>,
): Omit<Judged, 'kind'> {
  const message = { content: [{ type: 'text', text: record.text }] }
  const scan = content.scan(message, { direction: 'inbound', categories })
  if (scan instanceof Promise) throw new Error('expected an answer at once')
  const sure = scan.findings.filter(({ certainty }) => isAtLeast(certainty, 'likely'))
  return {
    id: record.id,
    family: familyOf(record),
    bad: BAD.has(record.label),
    flagged: sure.length > 0,
    rules: [...new Set(sure.map(({ rule }) => rule))],
  }
}
