import { GatewayError } from '../kernel/errors.ts'

/** Where something stands in a policy file. Counts from 1; columns in UTF-16 units. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Something wrong in a policy file. */
export interface PolicyProblem extends Place {
  readonly message: string
}

/** Something wrong inside of one policy; `token` is the text to point at, empty for the whole. */
export interface TokenProblem {
  readonly token: string
  readonly message: string
}

/** Finds the place of an offset (UTF-16 units) in a file. */
export type Locate = (offset: number) => Place

export function locator(file: string, text: string): Locate {
  const starts = [0, ...text.matchAll(/\n/g).map(({ index }) => index + 1)]
  return (offset) => {
    const after = starts.findIndex((start) => start > offset)
    const line = after === -1 ? starts.length : after
    return { file, line, column: offset - (starts[line - 1] ?? 0) + 1 }
  }
}

/** The error for policies that cannot be loaded: one line per problem, all of them in `data`. */
export function policyError(problems: readonly PolicyProblem[]): GatewayError {
  const lines = problems.map(
    ({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`,
  )
  return new GatewayError('policy_unavailable', lines.join('\n'), { data: { problems } })
}
