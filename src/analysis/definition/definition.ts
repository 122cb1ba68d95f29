import { CERTAINTIES, type Certainty, type Finding, SEVERITIES } from '../../kernel/finding.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { examine } from './examine.ts'
import { featuresOf } from './features.ts'
import { findingOf } from './make-finding.ts'
import { poisonedBy } from './model.ts'
import { parametersOf, snake } from './parameters.ts'
import { type Peer, PeerIndex } from './peers.ts'
import { purposeOf } from './purpose.ts'
import type { Reading } from './readings.ts'
import type { RuleId } from './rules.ts'
import { type DefinitionText, textsOf } from './texts.ts'
import { isPoison, verdictOf } from './verdict.ts'
import type { Sentence } from './words.ts'

/** What is analysed. */
export interface AnalysedItem {
  /** What it is, as lists call it: `tools`, `prompts`, `resources`, `resourceTemplates`, `instructions`, `serverInfo`. */
  readonly kind: string
  /** Its name; empty where there is only one. */
  readonly name: string
  readonly definition: Json
  readonly server: string
}

/** What an analysis says of a definition. */
export interface Judgement {
  readonly findings: readonly Finding[]
  readonly verdict: 'clean' | 'review' | 'poisoned'
}

/** Analyses definitions beside those of all servers, which are looked at once. */
export interface DefinitionAnalysis {
  analyse(item: AnalysedItem): Judgement
}

/** More findings than this nobody reads. */
const MOST_FINDINGS = 200
/** What a model of weak signs reads: beyond this, signs that have nothing to do with each other add up. */
const MOST_SENTENCES = 400

/** Makes an analysis. Linear in the number of peers. */
export function createDefinitionAnalysis(options: {
  readonly peers: Iterable<Peer>
}): DefinitionAnalysis {
  const peers = new PeerIndex(options.peers)
  return {
    analyse: (item) => {
      const findings = findingsOf(item, peers)
      return { findings, verdict: verdictOf(findings) }
    },
  }
}

/**
 * What is wrong with a definition: every text of it is looked at, names and nested schemas among them.
 * Linear in its size, bounded, total. For many definitions `createDefinitionAnalysis` looks at peers once.
 */
export function analyseDefinition(
  item: AnalysedItem & { readonly peers: readonly Peer[] },
): readonly Finding[] {
  return findingsOf(item, new PeerIndex(item.peers))
}

function findingsOf(item: AnalysedItem, peers: PeerIndex): readonly Finding[] {
  const { findings, features, definition } = inspect(item, peers)
  const model = poisonedBy(features)
  if (model === undefined) return findings.slice(0, MOST_FINDINGS)
  return [...findings.slice(0, MOST_FINDINGS - 1), whole(definition, 'model/poisoned', model)]
}

/** What rules say of an item, and what the model sees of it. */
export function inspect(
  item: AnalysedItem,
  peers: PeerIndex,
): {
  readonly findings: readonly Finding[]
  readonly features: ReadonlySet<string>
  readonly definition: JsonObject
} {
  const definition = isObject(item.definition) ? item.definition : {}
  const { texts, complete } = textsOf(item.definition)
  const own = new Set([item.name, ...texts.filter(({ inName }) => inName).map(({ text }) => text)])
  const findings: Finding[] = [
    ...ofParameters(definition),
    ...ofName(item, definition, peers),
    ...ofPurpose(item, definition),
    ...ofAnnotations(item, definition),
  ]
  if (!complete) findings.push(whole(definition, 'form/too-much', 'not all was read'))
  const sentences: Sentence[] = []
  for (const text of texts) {
    const examined = examine(text, { server: item.server, peers, own })
    // A flood of small things must hide no great one.
    const room = findings.length < 2 * MOST_FINDINGS
    findings.push(...(room ? examined.findings : examined.findings.filter(isPoison).slice(0, 1)))
    const speaks = (text.top || text.role === 'prose') && sentences.length < MOST_SENTENCES
    if (speaks) sentences.push(...examined.sentences)
  }
  return {
    findings: findings.toSorted(worstFirst),
    features: featuresOf(sentences, findings),
    definition,
  }
}

/** The worst first, so that a flood of small things hides nothing. */
function worstFirst(one: Finding, other: Finding): number {
  return weight(other) - weight(one)
}

function weight({ severity, certainty }: Finding): number {
  return SEVERITIES.indexOf(severity) * 10 + CERTAINTIES.indexOf(certainty)
}

function ofParameters(definition: JsonObject): readonly Finding[] {
  return parametersOf(definition).map(({ rule, at, name }) =>
    passage(
      { at, inName: !at.startsWith('/arguments/'), role: 'name', text: name, top: false },
      rule,
    ),
  )
}

/** Whose name it bears. */
function ofName(
  { name, server }: AnalysedItem,
  definition: JsonObject,
  peers: PeerIndex,
): readonly Finding[] {
  if (name === '') return []
  const { description } = definition
  const text = typeof description === 'string' ? description : ''
  const [alike] = peers
    .resembling({ server, name, description: text })
    .toSorted((one, other) => Number(other.sameText) - Number(one.sameText))
  if (alike === undefined) return []
  const rule = alike.sameText ? 'shadowing/impersonation' : 'shadowing/look-alike-name'
  return [whole(definition, rule, `\`${alike.peer.name}\` of ${alike.peer.server}`)]
}

/** What it says that it is for. */
function ofPurpose({ name }: AnalysedItem, definition: JsonObject): readonly Finding[] {
  const { description } = definition
  const purpose = purposeOf(name, typeof description === 'string' ? description : '')
  return purpose === undefined
    ? []
    : [whole(definition, 'purpose/malicious', purpose.because, purpose.certainty)]
}

/** Verbs of names that only destroy: what they do is never read-only. */
const DESTROYS =
  /^(?:delete|destroy|drop|wipe|erase|purge|truncate|remove|kill|format|uninstall)(?:_|$)/

/** Whether its annotations contradict its name. */
function ofAnnotations({ name }: AnalysedItem, definition: JsonObject): readonly Finding[] {
  const { annotations } = definition
  if (!isObject(annotations) || annotations['readOnlyHint'] !== true) return []
  return DESTROYS.test(snake(name)) ? [whole(definition, 'form/contradiction', name)] : []
}

/** A finding about the whole item stands at its name. */
function whole(definition: JsonObject, rule: RuleId, more: string, certainty?: Certainty): Finding {
  const key = ['name', 'uri', 'uriTemplate', 'description'].find(
    (member) => typeof definition[member] === 'string',
  )
  const text = key === undefined ? '' : String(definition[key])
  const at = key === undefined ? '' : `/${key}`
  const named = passage({ at, inName: false, role: 'name', text, top: true }, rule, more)
  return certainty === undefined ? named : { ...named, certainty }
}

function passage(text: DefinitionText, rule: RuleId, more?: string): Finding {
  const reading: Reading = { text: text.text, via: [], place: (start, end) => ({ start, end }) }
  const end = Math.min(text.text.length, 200)
  return findingOf(text, reading, { rule, start: 0, end, ...(more === undefined ? {} : { more }) })
}
