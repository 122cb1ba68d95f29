import { readFileSync } from 'node:fs'
import type { OwnRules } from '../analysis/content/secrets/own-rules/compile.ts'
import { readOwnRules } from '../analysis/content/secrets/own-rules/read.ts'
import { CommandError } from './command-error.ts'

/**
 * Reads the operator's own rules for secrets, all files or none.
 *
 * @throws {CommandError} `configuration`, with file, line and column of the first thing that is wrong.
 */
export function readSecretRules(files: readonly string[]): OwnRules {
  const list = files.flatMap((file) => {
    const { rules, problems } = readOwnRules(textOf(file))
    if (rules) return rules.list
    const said = problems.map(
      ({ message, line, column }) => `${file}:${line}:${column}: ${message}`,
    )
    throw unusable(`rules for secrets cannot be used:\n${said.join('\n')}`, 'correct the file')
  })
  const ids = new Set<string>()
  for (const { id } of list) {
    if (ids.has(id))
      throw unusable(`two files have a rule for secrets \`${id}\``, 'give one of them another id')
    ids.add(id)
  }
  return { list }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const message = `the rules for secrets in \`${file}\` cannot be read`
    throw unusable(message, 'name an existing file under `content.secretRules`', cause)
  }
}

function unusable(message: string, fix: string, cause?: unknown): CommandError {
  return new CommandError(message, { exit: 'configuration', fix, cause })
}
