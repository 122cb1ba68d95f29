import type { Draft } from '../../../admin/policies/ports.ts'
import type { Config } from '../../../config/config.ts'
import { GatewayError } from '../../../kernel/errors.ts'
import type { PolicySet, PolicySource } from '../../../policy/policy.ts'
import type { PolicyProblem } from '../../../policy/problem.ts'
import type { RolloutMode, Rollouts } from '../../../rollout/rollout.ts'
import { managedSources } from '../../managed-policies.ts'
import { loadTogether, policySources } from '../../policy-files.ts'
import type { DraftThread } from './draft-thread.ts'

/** A draft beside the files of the configuration. */
export interface DraftSources {
  /** By name, tests too. */
  readonly files: Readonly<Record<string, string>>
  /** Everything that would count. */
  readonly sources: readonly PolicySource[]
}

export interface DraftParts {
  readonly config: Config
  readonly rollouts: Pick<Rollouts, 'version'>
  readonly thread: DraftThread
}

/** @throws GatewayError `item_unknown` for a version that does not exist. */
export async function filesOf(
  { rollouts }: Pick<DraftParts, 'rollouts'>,
  draft: Draft,
): Promise<Readonly<Record<string, string>>> {
  if ('files' in draft) return draft.files
  if (draft.version === 0) return {}
  const version = await rollouts.version(draft.version)
  if (version === undefined) throw new GatewayError('item_unknown', 'there is no such version')
  return version.files
}

/** The texts that a draft is loaded from. @throws as {@link filesOf}. */
export async function draftSources(
  parts: DraftParts,
  draft: Draft,
  mode: RolloutMode = 'enforce',
): Promise<DraftSources> {
  const files = await filesOf(parts, draft)
  return { files, sources: [...policySources(parts.config), ...managedSources(files, mode)] }
}

/** What is wrong with policies that could not be loaded. Throws on what is no such error. */
export function problemsOf(error: unknown): readonly PolicyProblem[] {
  const problems = error instanceof GatewayError ? error.data?.['problems'] : undefined
  if (!Array.isArray(problems)) throw error
  return problems as readonly PolicyProblem[]
}

const MOST_SAID = 20

/** Policies of the console that can be in force: what a second loads, in the thread of the calls. */
const MOST_POLICIES = 1_000

/**
 * Loads a draft beside the files of the configuration, in the thread for that.
 *
 * @throws GatewayError `params_invalid` with a member for each problem, or for more than may be in force;
 *   as {@link filesOf}.
 */
export async function loadDraft(
  parts: DraftParts,
  draft: Draft,
  mode: RolloutMode = 'enforce',
): Promise<DraftSources & { readonly hash: string }> {
  const { config, thread } = parts
  const found = await draftSources(parts, draft, mode)
  const { places } = config
  const { hash, managed } = await thread.ask('load', { places, sources: found.sources })
  if (managed > MOST_POLICIES)
    throw new GatewayError('params_invalid', `the console keeps ${MOST_POLICIES} policies at most`)
  return { ...found, hash }
}

/** @throws GatewayError `params_invalid` with a member for each problem. */
export function loadSound(
  config: Pick<Config, 'places'>,
  sources: readonly PolicySource[],
): PolicySet {
  try {
    return loadTogether(config, sources)
  } catch (error) {
    throw unsound(error)
  }
}

function unsound(error: unknown): GatewayError {
  const errors = problemsOf(error).map(({ file, line, column, message }) => ({
    member: `${file}:${line}:${column}`.slice(-200),
    message,
  }))
  const [first] = errors
  return new GatewayError(
    'params_invalid',
    `the policies cannot be loaded: ${first?.member}: ${first?.message}`.slice(0, 1_000),
    { data: { errors: errors.slice(0, MOST_SAID) }, cause: error },
  )
}
