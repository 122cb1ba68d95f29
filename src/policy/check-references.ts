import type { Annotations } from './annotations.ts'
import { didYouMean } from './nearest.ts'
import type { TokenProblem } from './problem.ts'
import type { References } from './references.ts'

/** What the documents beside the policies define. */
export interface Defined {
  readonly guards: ReadonlySet<string>
  readonly limits: ReadonlySet<string>
  /** Limits that apply by themselves: what is left of others is never known beforehand. */
  readonly applying: ReadonlySet<string>
}

/** Finds what a policy names and no document defines: it would never hold, or never be counted. */
export function checkReferences(
  { guards, rates, approval }: References,
  { obligations, lift }: Annotations,
  defined: Defined,
): readonly TokenProblem[] {
  return [
    ...unknown('guard', guards, defined.guards),
    ...unknown('limit', rates, defined.limits),
    ...unknown('limit', new Set(obligations?.limit), defined.limits),
    ...[...rates]
      .filter((name) => defined.limits.has(name) && !defined.applying.has(name))
      .map((name) => ({
        token: name,
        message: `what is left of the limit \`${name}\` is not known beforehand: it has no \`for\``,
      })),
    ...(lift === undefined || approval
      ? []
      : [
          {
            token: '@liftedBy',
            message:
              '`@liftedBy` needs `unless { context.approval.granted }`: nothing else lifts it',
          },
        ]),
  ]
}

function unknown(
  what: string,
  named: ReadonlySet<string>,
  defined: ReadonlySet<string>,
): readonly TokenProblem[] {
  return [...named]
    .filter((name) => !defined.has(name))
    .map((name) => ({
      token: name,
      message: `there is no ${what} \`${name}\`${didYouMean(name, defined)}`,
    }))
}
