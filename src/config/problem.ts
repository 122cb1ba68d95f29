/** Where something stands in a configuration file; both count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** One thing wrong with a configuration, and where. `path` is dotted; empty for the whole file. */
export interface Problem {
  readonly path: string
  readonly message: string
  /** Absent for a configuration that came from no file. */
  readonly position: Position | undefined
}

/** A configuration that was refused, with all its problems. Never holds a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly file: string | undefined
  readonly problems: readonly Problem[]

  constructor(
    problems: readonly Problem[],
    options: { readonly file: string | undefined; readonly cause?: unknown },
  ) {
    const { file, cause } = options
    const lines = problems.map((problem) => describeProblem(file, problem))
    super(lines.join('\n'), cause === undefined ? undefined : { cause })
    this.file = file
    this.problems = problems
  }
}

/** One line for a person: `bailiwick.yaml:3:5: unknown key ...`. */
function describeProblem(file: string | undefined, problem: Problem): string {
  const { position, path, message } = problem
  const name = file ?? 'configuration'
  const place = position === undefined ? name : `${name}:${position.line}:${position.column}`
  return path === '' ? `${place}: ${message}` : `${place}: \`${path}\`: ${message}`
}

/** Writes a path as one would in a question: `servers.github.tools."a.b".risk`. */
export function dotted(path: readonly PropertyKey[]): string {
  return path
    .map(String)
    .map((part) => (/^[\w-]+$/.test(part) ? part : JSON.stringify(part)))
    .join('.')
}
