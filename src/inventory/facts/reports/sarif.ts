import { sha256 } from '../../../kernel/hash.ts'
import type { JsonObject } from '../../../kernel/json.ts'
import { frameworkText } from '../posture/frameworks.ts'
import type { Posture, PostureItem } from '../posture/posture.ts'
import type { Looked } from '../posture/rules.ts'

export interface SarifOptions {
  /** The version of this program. */
  readonly version: string
  /** Whether every file was read. */
  readonly complete: boolean
}

const LEVELS = { low: 'note', medium: 'warning', high: 'error', critical: 'error' } as const
/** What code hosts sort by: a score as that of CVSS. */
const SCORES = { low: '3.0', medium: '5.5', high: '8.0', critical: '9.5' } as const

/** What a posture lacks as a SARIF log (OASIS SARIF 2.1.0): a rule per item, a result per server, host or file. */
export function postureSarif({ items }: Posture, options: SarifOptions): JsonObject {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'bailiwick',
            semanticVersion: options.version,
            rules: items.map(ruleOf),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: options.complete }],
        results: items.flatMap((item, index) =>
          item.open.map((looked) => resultOf(item, index, looked)),
        ),
      },
    ],
  }
}

function idOf(item: PostureItem): string {
  return `posture/${item.id}`
}

function ruleOf(item: PostureItem): JsonObject {
  const { title, why, fix, severity, frameworks, weight } = item
  return {
    id: idOf(item),
    name: title,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: fix },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      'security-severity': SCORES[severity],
      tags: ['security', ...frameworks.map(frameworkText)],
      weight,
    },
  }
}

function resultOf(item: PostureItem, ruleIndex: number, looked: Looked): JsonObject {
  const { subject, file, state, evidence } = looked
  const said = evidence.map(({ at, shown }) => `${at}: ${shown}`).join('; ')
  const unknown = state === 'unknown' ? ' (not known)' : ''
  return {
    ruleId: idOf(item),
    ruleIndex,
    kind: state === 'unknown' ? 'review' : 'fail',
    level: state === 'unknown' ? 'none' : LEVELS[item.severity],
    message: { text: `${subject}: ${item.why}${unknown}${said === '' ? '' : ` [${said}]`}` },
    locations: [
      {
        ...(file === undefined
          ? {}
          : { physicalLocation: { artifactLocation: { uri: fileUri(file) } } }),
        logicalLocations: [{ name: subject, kind: 'member', fullyQualifiedName: subject }],
      },
    ],
    partialFingerprints: {
      'bailiwick/v1': sha256([item.id, file ?? '', subject].join('\n')),
    },
  }
}

/** A file as a URI (RFC 8089), a drive of Windows too. */
export function fileUri(file: string): string {
  const path = file.replaceAll('\\', '/').toWellFormed()
  return `file://${path.startsWith('/') ? '' : '/'}${encodeURI(path).replace(/[?#]/g, encodeURIComponent)}`
}
