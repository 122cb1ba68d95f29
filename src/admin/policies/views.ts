import { z } from 'zod'
import { ASSURANCES } from '../../kernel/access.ts'
import { invalid, text, time, timeOf } from '../operation.ts'
import type { Draft, RolloutState, SimulationJob, VersionHead } from './ports.ts'

const origin = z.enum(['file', 'managed'])
export const mode = z.enum(['observe', 'enforce'])
const plain = z.record(z.string(), z.json())

const lift = z.object({
  by: z.literal('approval'),
  approvers: z.array(z.string()),
  quorum: z.number(),
  each: z.boolean(),
  assurance: z.enum(ASSURANCES),
  pattern: z.number(),
  maxAge: z.number(),
})

export const policyView = z.object({
  id: z.string(),
  effect: z.enum(['permit', 'forbid']),
  origin,
  file: z.string(),
  line: z.number(),
  text: z.string(),
  mode,
  reason: z.string().optional(),
  remedy: z.string().optional(),
  lift: lift.optional(),
  obligations: z
    .object({
      redact: z.array(z.string()),
      mark: z.array(z.string()),
      limit: z.array(z.string()),
    })
    .optional(),
  acceptsUnparsable: z.boolean(),
})

export const findingView = z.object({
  origin,
  file: z.string(),
  line: z.number(),
  column: z.number(),
  endColumn: z.number(),
  severity: z.enum(['error', 'warning', 'info']),
  message: z.string(),
  rule: z.string().optional(),
  policy: z.string().optional(),
  fix: z.string().optional(),
})

export const rolloutView = z.object({
  /** What whoever changes it sends as `current`. */
  seq: z.number(),
  version: z.number(),
  mode,
  by: z.string(),
  at: time.optional(),
})

export function showRollout({ at, ...rollout }: RolloutState): z.input<typeof rolloutView> {
  return { ...rollout, ...(rollout.seq === 0 ? {} : { at: timeOf(at) }) }
}

export const policiesView = z.object({
  hash: z.string(),
  rollout: rolloutView,
  policies: z.array(policyView),
  guards: z.array(plain),
  limits: z.array(plain),
  warnings: z.array(findingView),
  problem: z.string().optional(),
})

export const versionHead = z.object({
  version: z.number(),
  hash: z.string(),
  author: z.string(),
  comment: z.string(),
  created: time,
})

export function showVersion<V extends VersionHead>({ created, ...version }: V) {
  return { ...version, created: timeOf(created) }
}

const access = z.enum(['permit', 'ask', 'depends', 'never'])
const cell = z.object({ subject: z.string(), target: z.string(), by: z.array(z.string()) })
export const tableView = z.object({
  hash: z.string(),
  cells: z.array(cell.extend({ access })),
  unlisted: z.array(z.string()),
  truncated: z.boolean(),
})

export const diffView = z.object({
  before: z.string(),
  after: z.string(),
  policies: z.array(
    z.object({
      policy: z.string(),
      kind: z.enum(['added', 'removed', 'meaning', 'words']),
      parts: z.array(z.string()),
      before: z.string().optional(),
      after: z.string().optional(),
    }),
  ),
  definitions: z.array(
    z.object({
      what: z.enum(['guard', 'limit', 'screen']),
      name: z.string(),
      kind: z.enum(['added', 'removed', 'changed']),
    }),
  ),
  access: z.array(cell.extend({ before: access, after: access })),
  unlisted: z.array(z.string()),
})

const verdict = z.enum(['permit', 'ask', 'deny'])
export const simulationView = z.object({
  id: z.string(),
  by: z.string(),
  started: time,
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  calls: z.number(),
  error: z.string().optional(),
  result: z
    .object({
      policies: z.string(),
      calls: z.number(),
      same: z.number(),
      flipped: z.number(),
      undecided: z.number(),
      unknown: z.number(),
      assumed: z.number(),
      groups: z.array(
        z.object({
          from: verdict,
          to: verdict,
          subject: z.string(),
          target: z.string(),
          after: z.array(z.string()),
          calls: z.number(),
          examples: z.array(z.string()),
        }),
      ),
      others: z.number(),
    })
    .optional(),
})

/** Everything here is made by us, and readonly; what leaves is the same, as a copy. */
export function showSimulation({ started, ...job }: SimulationJob) {
  return { ...job, started: timeOf(started) } as unknown as z.input<typeof simulationView>
}

/** Policies, guards and limits, and tests: nothing that could be a path. */
const FILE = /^[a-z0-9][a-z0-9_-]{0,62}(\.test\.yaml|\.yaml|\.cedar)$/
const MOST_FILES = 100

export const files = z
  .record(
    z.string().regex(FILE, 'a file is named such as `mail.cedar`, `mail.yaml` or `mail.test.yaml`'),
    z.string().max(262_144),
  )
  .refine((all) => Object.keys(all).length <= MOST_FILES, `at most ${MOST_FILES} files`)

/** Bytes of a request that holds the files of a draft. */
export const DRAFT_BYTES = 1_048_576

/** A number of a version or of a rollout. */
export const number = z.int().min(0).max(2_147_483_647)

/** A draft: files, or the number of a version. */
export const drafted = { files: files.optional(), version: number.optional() }

interface Drafted {
  readonly files?: Readonly<Record<string, string>> | undefined
  readonly version?: number | undefined
}

export function draftOf(given: Drafted): Draft {
  const draft = maybeDraft(given)
  if (draft === undefined) throw invalid('a draft is `files` or a `version`')
  return draft
}

export function maybeDraft({ files: written, version }: Drafted): Draft | undefined {
  if (written !== undefined && version !== undefined)
    throw invalid('a draft is `files` or a `version`, not both')
  if (written !== undefined) return { files: written }
  return version === undefined ? undefined : { version }
}

/** Whose access is asked for. */
export const scoped = {
  subjects: z
    .array(text(600).regex(/^(user|agent):./, 'a subject is `user:ID` or `agent:ID`'))
    .max(50)
    .default([]),
  groups: z.array(text()).max(50).default([]),
  server: text(64).optional(),
}
