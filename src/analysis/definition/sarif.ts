import type { Certainty, Finding, Severity } from '../../kernel/finding.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { RULES } from './rules.ts'

/** Findings of one item, and where it comes from. */
export interface Reported {
  readonly server: string
  readonly kind: string
  readonly name: string
  /** Digest of the definition: a finding is about exactly these bytes. */
  readonly digest: string
  readonly findings: readonly Finding[]
  /** The file that it was read from, relative to where the report is used; absent: a live server. */
  readonly file?: string
}

export interface SarifOptions {
  /** The version of this program. */
  readonly version: string
  /** Whether everything was looked at. */
  readonly complete: boolean
}

const LEVELS: Readonly<Record<Severity, string>> = {
  info: 'note',
  low: 'note',
  medium: 'warning',
  high: 'error',
  critical: 'error',
}
/** What code hosts sort by: a score as that of CVSS. */
const SCORES: Readonly<Record<Severity, string>> = {
  info: '0.0',
  low: '3.0',
  medium: '5.5',
  high: '8.0',
  critical: '9.5',
}
const RANKS: Readonly<Record<Certainty, number>> = { hint: 30, likely: 70, proved: 100 }

/** Findings as a SARIF log (OASIS SARIF 2.1.0), for code hosts and continuous integration. */
export function sarifOf(reported: readonly Reported[], options: SarifOptions): JsonObject {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'bailiwick',
            semanticVersion: options.version,
            rules: RULES.map(ruleOf),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: options.complete }],
        results: reported.flatMap((item) =>
          item.findings.map((finding) => resultOf(item, finding)),
        ),
      },
    ],
  }
}

function ruleOf({ id, title, severity, control, why, help }: (typeof RULES)[number]): JsonObject {
  return {
    id,
    name: title,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: help },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { 'security-severity': SCORES[severity], tags: ['security', `control/${control}`] },
  }
}

function resultOf(item: Reported, finding: Finding): JsonObject {
  const { server, kind, name, digest, file } = item
  const { rule, at, start, end, inName } = finding
  const index = RULES.findIndex(({ id }) => id === rule)
  const shown = finding.shown === '' ? '' : `: ${finding.shown}`
  return {
    ruleId: rule,
    ...(index < 0 ? {} : { ruleIndex: index }),
    level: LEVELS[finding.severity],
    rank: RANKS[finding.certainty],
    message: { text: `${finding.why}${shown}` },
    locations: [
      {
        ...(file === undefined
          ? {}
          : { physicalLocation: { artifactLocation: { uri: encodeURI(file.toWellFormed()) } } }),
        logicalLocations: [
          {
            name: name || kind,
            kind: 'member',
            fullyQualifiedName: `${server}/${kind}/${name}${at}`,
          },
        ],
      },
    ],
    partialFingerprints: {
      'bailiwick/v1': sha256([digest, rule, at, inName === true, start, end].join('\n')),
    },
    properties: { control: finding.control, certainty: finding.certainty, pointer: at },
  }
}
