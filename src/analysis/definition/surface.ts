import type { Certainty, Severity } from '../../kernel/finding.ts'
import { isDistinctive, lookOf, similarity } from './peers.ts'
import { type RuleId, ruleOf } from './rules.ts'
import { sentencesOf } from './words.ts'

/** A tool of one of the servers that one session reaches. */
export interface SurfaceTool {
  readonly server: string
  readonly name: string
  readonly description?: string
  /** What its classification says of it. */
  readonly classes: {
    /** Reads what strangers wrote: web pages, mail, issues. */
    readonly untrusted: boolean
    /** Reads what is not public. */
    readonly private: boolean
    /** Sends to places outside. */
    readonly external: boolean
    /** Destroys, or runs code. */
    readonly destructive: boolean
  }
}

/** Something about several tools together. */
export interface SurfaceFinding {
  readonly rule: string
  readonly severity: Severity
  readonly certainty: Certainty
  readonly control: string
  readonly why: string
  /** The tools, as `server/name`, in the order in which data flows or one speaks of the other. */
  readonly tools: readonly string[]
}

const MOST_FINDINGS = 1000
const MOST_ALIKE = 32
const MOST_NAMED = 8

/**
 * What is wrong with tools that one session can use together: names that several servers share or that look
 * alike, texts that speak of tools of others, and ways from private data and strangers' content to the
 * outside. Linear in the number of tools and the length of their texts.
 */
export function analyseSurface(tools: readonly SurfaceTool[]): readonly SurfaceFinding[] {
  return [...collisions(tools), ...mentions(tools), ...toxic(tools)].slice(0, MOST_FINDINGS)
}

function collisions(tools: readonly SurfaceTool[]): readonly SurfaceFinding[] {
  const findings: SurfaceFinding[] = []
  for (const alike of Map.groupBy(tools, ({ name }) => lookOf(name)).values()) {
    const [first, ...others] = alike.slice(0, MOST_ALIKE)
    for (const other of others) {
      if (first === undefined || other.server === first.server) continue
      findings.push(collision(first, other))
    }
  }
  return findings
}

function collision(one: SurfaceTool, other: SurfaceTool): SurfaceFinding {
  if (similarity(one.description ?? '', other.description ?? '') >= 0.6) {
    return finding('shadowing/impersonation', [one, other])
  }
  return finding(one.name === other.name ? 'flow/collision' : 'shadowing/look-alike-name', [
    one,
    other,
  ])
}

/** Who speaks of a tool of another server, and whether to change what it does. */
function mentions(tools: readonly SurfaceTool[]): readonly SurfaceFinding[] {
  const named = new Map<string, SurfaceTool[]>()
  for (const tool of tools) {
    if (isDistinctive(tool.name))
      named.set(tool.name, [...(named.get(tool.name) ?? []).slice(0, MOST_ALIKE), tool])
  }
  return tools.flatMap((tool) => mentioned(tool, named))
}

function mentioned(
  tool: SurfaceTool,
  named: ReadonlyMap<string, readonly SurfaceTool[]>,
): readonly SurfaceFinding[] {
  const found = new Map<SurfaceTool, RuleId>()
  for (const { words } of sentencesOf((tool.description ?? '').slice(0, 20_000))) {
    const steers = words.some(({ classes }) => classes.some((one) => STEERING.has(one)))
    const rule = steers ? 'steering/other-tool' : 'steering/foreign-tool'
    for (const other of words.flatMap(({ text }) => foreignTo(tool, named.get(text) ?? []))) {
      if (steers || !found.has(other)) found.set(other, rule)
    }
  }
  return [...found].map(([other, rule]) => finding(rule, [tool, other]))
}

/** Of tools with one name those of other servers, unless its own server has one too. */
function foreignTo(
  { server }: SurfaceTool,
  others: readonly SurfaceTool[],
): readonly SurfaceTool[] {
  return others.some((other) => other.server === server) ? [] : others.slice(0, MOST_NAMED)
}

const STEERING: ReadonlySet<string> = new Set([
  'alter',
  'instead',
  'supersede',
  'before',
  'call',
  'not',
])

/** Private data, content of strangers, and a way out: whoever writes the content can have the data. */
function toxic(tools: readonly SurfaceTool[]): readonly SurfaceFinding[] {
  const untrusted = tools.filter(({ classes }) => classes.untrusted)
  const secret = tools.filter(({ classes }) => classes.private)
  const external = tools.filter(({ classes }) => classes.external)
  const destructive = tools.filter(({ classes }) => classes.destructive)
  const findings: SurfaceFinding[] = []
  if (untrusted.length > 0 && secret.length > 0 && external.length > 0) {
    findings.push(
      finding(
        'flow/toxic',
        [untrusted, secret, external].flatMap((some) => some.slice(0, MOST_NAMED)),
      ),
    )
  }
  if (untrusted.length > 0 && destructive.length > 0) {
    findings.push(
      finding(
        'flow/destructive',
        [untrusted, destructive].flatMap((some) => some.slice(0, MOST_NAMED)),
      ),
    )
  }
  return findings
}

function finding(id: RuleId, tools: readonly SurfaceTool[]): SurfaceFinding {
  const { id: rule, severity, certainty, control, why } = ruleOf(id)
  const names = [...new Set(tools.map(({ server, name }) => `${server}/${name}`))]
  return { rule, severity, certainty, control, why, tools: names }
}
