import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadPolicies, type PolicySet, type PolicySource } from '../policy/policy.ts'
import { CommandError } from './command-error.ts'

/** Where the policy folders that come with the package stand, seen from `src/cli` and `dist/cli`. */
const STARTERS = fileURLToPath(new URL('../../policies', import.meta.url))

/**
 * Reads the policies that a configuration names: starters by name, folders by path. All `.cedar`
 * files of a folder count, in any depth.
 *
 * @throws {CommandError} `configuration` when a folder cannot be read or holds no policy
 * @throws GatewayError `policy_unavailable` with every problem in the policies
 */
export function readPolicies(names: readonly string[], folder: string): PolicySet {
  return loadPolicies(names.flatMap((name) => readFolder(folderOf(name, folder))))
}

function folderOf(name: string, folder: string): string {
  return /[/\\]/.test(name) ? resolve(folder, name) : join(STARTERS, name)
}

function readFolder(path: string): readonly PolicySource[] {
  let entries: readonly string[]
  try {
    entries = readdirSync(path, { recursive: true, encoding: 'utf8' })
  } catch (cause) {
    throw new CommandError(`the policy folder \`${path}\` cannot be read`, {
      exit: 'configuration',
      fix: 'name a starter (`balanced`, `observe`) or a folder with a `/`, under `policies`',
      cause,
    })
  }
  const files = entries.filter((entry) => entry.endsWith('.cedar')).sort()
  if (files.length === 0) {
    throw new CommandError(`the policy folder \`${path}\` holds no \`.cedar\` file`, {
      exit: 'configuration',
      fix: 'put a policy into it, or take it out of `policies`',
    })
  }
  return files.map((entry) => {
    const file = join(path, entry)
    return { file, text: readFileSync(file, 'utf8') }
  })
}
