import type { ContentFinding } from '../../kernel/content.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { escapeStep } from '../../kernel/json-pointer.ts'
import { countSpans, replaceText, STRATEGIES, type Strategy } from './replace-text.ts'
import { unlikeTwins, withTwins } from './twins.ts'
import { stepsOf, valueAt } from './value-at.ts'

export interface RedactOptions {
  /** Whether a value may stand where this one stood: its schema holds. Left out: anything may. */
  readonly fits?: (candidate: Json) => boolean
}

export interface Redaction {
  readonly value: Json
  /** How many places were replaced. */
  readonly count: number
  /** Pointers to places that nothing fits into: whoever must not let them pass withholds all of it. */
  readonly unredactable: readonly string[]
}

/** What is to be replaced at one place of a value, and within it. */
interface Node {
  readonly at: string
  readonly names: ContentFinding[]
  readonly values: ContentFinding[]
  readonly inner: Map<string, Node>
}

/** Replaces the values of one place; undefined: it stays. */
type StrategyAt = (node: Node) => Strategy | undefined

/** Kinds of places that are tried one by one; more are a schema that was made for it. */
const MOST_KINDS = 64

/**
 * A value without what was found in it: stable placeholders instead, numbers become 0, hidden characters
 * go. JSON in texts stays JSON, base64 stays base64, copies of structured content in texts stay copies; where
 * a placeholder does not fit, something neutral that does. Pure, and total for findings of this very value.
 */
export function redact(
  value: Json,
  findings: readonly ContentFinding[],
  { fits }: RedactOptions = {},
): Redaction {
  const { root, nodes, lost } = treeOf(value, findings)
  const count = nodes.reduce((sum, node) => sum + countAt(value, node), 0)
  const build = (strategy: StrategyAt): Json => withTwins(value, applied(value, root, strategy))
  const plain = build(() => 'placeholder')
  if (fits === undefined || fits(plain) || !fits(value))
    return { value: plain, count, unredactable: lost }
  const kinds = Map.groupBy(nodes, ({ at }) => at.replace(/\/\d+(?=\/|$)/g, '/*'))
  if (kinds.size > MOST_KINDS)
    return { value: plain, count, unredactable: nodes.map(({ at }) => at) }
  const chosen = new Map<Node, Strategy>()
  const stuck: string[] = [...lost]
  for (const members of kinds.values()) {
    const kind = new Set(members)
    const fitting = STRATEGIES.find((strategy) =>
      fits(build((node) => (kind.has(node) ? strategy : chosen.get(node)))),
    )
    for (const node of kind)
      if (fitting === undefined) stuck.push(node.at)
      else chosen.set(node, fitting)
  }
  return { value: build((node) => chosen.get(node)), count, unredactable: stuck }
}

function treeOf(
  value: Json,
  findings: readonly ContentFinding[],
): { root: Node; nodes: readonly Node[]; lost: readonly string[] } {
  const root = emptyNode('')
  const nodes = new Set<Node>()
  const lost = new Set<string>(unlikeTwins(value, findings))
  for (const finding of findings) {
    const node = nodeAt(root, finding.at)
    const target = valueAt(value, finding.at)
    if (finding.inName === true) node.names.push(finding)
    else if (typeof target === 'string' || typeof target === 'number') node.values.push(finding)
    else {
      lost.add(finding.at)
      continue
    }
    nodes.add(node)
  }
  return { root, nodes: [...nodes], lost: [...lost] }
}

function emptyNode(at: string): Node {
  return { at, names: [], values: [], inner: new Map() }
}

function nodeAt(root: Node, at: string): Node {
  let node = root
  for (const name of stepsOf(at)) {
    const inner = node.inner.get(name) ?? emptyNode(`${node.at}/${escapeStep(name)}`)
    node.inner.set(name, inner)
    node = inner
  }
  return node
}

function countAt(value: Json, { at, names, values }: Node): number {
  const target = valueAt(value, at)
  const inValue =
    typeof target === 'string' ? countSpans(target, values) : Math.min(1, values.length)
  return inValue + Math.min(1, names.length)
}

function applied(value: Json, node: Node, strategyAt: StrategyAt): Json {
  const strategy = strategyAt(node)
  if (strategy !== undefined && node.values.length > 0) {
    if (typeof value === 'string') return replaceText(value, node.values, strategy)
    if (typeof value === 'number') return numberFor(value, strategy)
  }
  if (node.inner.size === 0) return value
  if (Array.isArray(value))
    return value.map((item: Json, index) => {
      const inner = node.inner.get(String(index))
      return inner === undefined ? item : applied(item, inner, strategyAt)
    })
  return isObject(value) ? appliedMembers(value, node, strategyAt) : value
}

function appliedMembers(value: JsonObject, node: Node, strategyAt: StrategyAt): JsonObject {
  const members: [string, Json | undefined][] = []
  const taken = new Set(Object.keys(value))
  for (const [name, member] of Object.entries(value)) {
    const inner = node.inner.get(name)
    const now =
      inner === undefined || member === undefined ? member : applied(member, inner, strategyAt)
    members.push([inner === undefined ? name : nameFor(name, inner, strategyAt, taken), now])
  }
  // Not by assignment: `__proto__` is a name like any other.
  return Object.fromEntries(members)
}

function nameFor(name: string, node: Node, strategyAt: StrategyAt, taken: Set<string>): string {
  const strategy = strategyAt(node)
  if (strategy === undefined || node.names.length === 0) return name
  const renamed = replaceText(name, node.names, strategy)
  let unique = renamed
  for (let next = 2; taken.has(unique); next += 1) unique = `${renamed}~${next}`
  taken.add(unique)
  return unique
}

/** A number for one: the neutral ones are tried in the order of strategies. */
function numberFor(value: number, strategy: Strategy): number {
  const tries = [0, 1, -1, 10 ** Math.floor(Math.log10(Math.abs(value) || 1)), 0.5]
  return tries[STRATEGIES.indexOf(strategy)] ?? 0
}
