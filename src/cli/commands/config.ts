import { type Explanation, explain, type Origin } from '../../config/explain.ts'
import { ConfigError } from '../../config/problem.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { load } from '../load.ts'
import { readPolicies } from '../policy-files.ts'
import { paint, printable, show } from '../terminal.ts'

/** `bailiwick config check`: everything that is wrong with the configuration, with its place. */
export async function configCheck(context: Context): Promise<Exit> {
  try {
    const { path, config } = load(context)
    readPolicies(config)
    const file = path ?? null
    await show(context, { ok: true, file, problems: [] }, () => [
      `${paint(context, 'green', 'ok')}  ${path ?? 'no file: all is default'}`,
    ])
    return 'ok'
  } catch (error) {
    const problems = problemsOf(error)
    if (problems === undefined) throw error
    await show(context, { ok: false, file: problems[0]?.file ?? null, problems }, () =>
      String((error as Error).message)
        .split('\n')
        .map(printable),
    )
    return 'configuration'
  }
}

/** A problem in the shape that `--json` shows. */
interface ProblemView {
  readonly file: string | null
  readonly path: string
  readonly line: number | null
  readonly column: number | null
  readonly message: string
}

function problemsOf(error: unknown): readonly ProblemView[] | undefined {
  if (error instanceof ConfigError) {
    const file = error.file ?? null
    return error.problems.map(({ path, message, position }) => {
      const { line = null, column = null } = position ?? {}
      return { file, path, line, column, message }
    })
  }
  if (!(error instanceof GatewayError && error.code === 'policy_unavailable')) return undefined
  const problems = (error.data?.['problems'] ?? []) as readonly Omit<ProblemView, 'path'>[]
  return problems.map((problem) => ({ ...problem, path: 'policies' }))
}

/** `bailiwick config explain [path]`: what a key means, its value, and where the value came from. */
export async function configExplain(context: Context, path: string): Promise<Exit> {
  const explanation = explain(load(context), path)
  if ('unknown' in explanation) {
    const { unknown, near } = explanation
    throw new CommandError(`the configuration has no \`${unknown}\``, {
      exit: 'usage',
      ...(near === undefined ? {} : { fix: `did you mean \`${near}\`?` }),
    })
  }
  const { default: otherwise = null, value = null, ...rest } = explanation
  await show(context, { ...rest, default: otherwise, value }, () =>
    textOf(explanation).map(printable),
  )
  return 'ok'
}

function textOf({ path, description, type, default: otherwise, value, origin, keys }: Explanation) {
  return [
    ...(path === '' ? [] : [path]),
    `  ${description}`,
    `  type     ${type}`,
    ...(otherwise === undefined ? [] : [`  default  ${JSON.stringify(otherwise)}`]),
    ...(keys.length > 0
      ? [`  keys     ${keys.join(', ')}`]
      : [`  value    ${JSON.stringify(value)}`]),
    `  from     ${originText(origin)}`,
  ]
}

function originText(origin: Origin): string {
  switch (origin.kind) {
    case 'file':
      return `${origin.file}:${origin.line}:${origin.column}`
    case 'override':
      return origin.by
    case 'default':
      return 'default'
  }
}
