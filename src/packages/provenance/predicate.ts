import { z } from 'zod'
import { Unverified } from './unverified.ts'

/** Where a provenance predicate says that an archive was built. */
export interface Build {
  /** Address of the source repository, such as `https://github.com/owner/name`. */
  readonly repository: string
  readonly commit: string | undefined
  readonly builder: string
}

export const SLSA_V02 = 'https://slsa.dev/provenance/v0.2'
export const SLSA_V1 = 'https://slsa.dev/provenance/v1'

const COMMIT = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/)

const V02 = z.object({
  builder: z.object({ id: z.string() }),
  invocation: z.object({
    configSource: z.object({
      uri: z.string(),
      digest: z.object({ sha1: COMMIT.optional() }).optional(),
    }),
  }),
})

const V1 = z.object({
  buildDefinition: z.object({
    externalParameters: z.object({ workflow: z.object({ repository: z.string() }) }),
    resolvedDependencies: z
      .array(
        z.object({
          uri: z.string().optional(),
          digest: z.object({ gitCommit: COMMIT.optional() }).optional(),
        }),
      )
      .optional(),
  }),
  runDetails: z.object({ builder: z.object({ id: z.string() }) }),
})

/** Reads a SLSA provenance predicate; undefined for another kind of predicate. */
export function readBuild(predicateType: string, predicate: unknown): Build | undefined {
  if (predicateType === SLSA_V02) return fromV02(parsed(V02, predicate))
  if (predicateType === SLSA_V1) return fromV1(parsed(V1, predicate))
  return undefined
}

function fromV02({ builder, invocation }: z.infer<typeof V02>): Build {
  const { uri, digest } = invocation.configSource
  return { repository: repositoryOf(uri), commit: digest?.sha1, builder: builder.id }
}

function fromV1({ buildDefinition, runDetails }: z.infer<typeof V1>): Build {
  const { externalParameters, resolvedDependencies = [] } = buildDefinition
  const repository = repositoryOf(externalParameters.workflow.repository)
  const source = resolvedDependencies.find(
    ({ uri }) => uri !== undefined && repositoryOf(uri) === repository,
  )
  return { repository, commit: source?.digest?.gitCommit, builder: runDetails.builder.id }
}

/** `git+https://host/owner/name@ref` without its prefix and its reference. */
function repositoryOf(uri: string): string {
  const [address = ''] = uri.split('@', 1)
  return address.startsWith('git+') ? address.slice('git+'.length) : address
}

function parsed<T>(schema: z.ZodType<T>, predicate: unknown): T {
  const { success, data, error } = schema.safeParse(predicate)
  if (!success) throw new Unverified('predicate_malformed', { cause: error })
  return data
}
