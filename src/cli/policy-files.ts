import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from '../config/config.ts'
import { loadPolicies, type PolicySet, type PolicySource } from '../policy/policy.ts'
import { CommandError } from './command-error.ts'
import type { ReadPolicies } from './live-policies.ts'

/** Where the policy folders that come with the package stand, seen from `src/cli` and `dist/cli`. */
export const STARTERS = fileURLToPath(new URL('../../policies', import.meta.url))

/** What policies need besides their own text. */
type Setting = Pick<Config, 'places' | 'folder'> & { readonly policies: readonly string[] }

/**
 * Reads the policies that a configuration names: starters by name, folders by path. All `.cedar`
 * files of a folder count, and the guards and limits in its `.yaml` files, in any depth.
 *
 * @throws {CommandError} `configuration` when a folder cannot be read or holds no policy
 * @throws GatewayError `policy_unavailable` with every problem in the policies
 */
export function readPolicies(
  setting: Setting,
  /** What else counts, written in the console. */
  managed: readonly PolicySource[] = [],
): PolicySet {
  return readAll(setting, managed).set
}

/** As {@link readPolicies}, with the texts. */
export function readAll(setting: Setting, managed: readonly PolicySource[]): ReadPolicies {
  const sources = [...policySources(setting), ...managed]
  return { set: loadTogether(setting, sources), sources }
}

/** Loads these files as they would be loaded from the folders. @throws GatewayError as `loadPolicies`. */
export function loadTogether(
  { places }: Pick<Config, 'places'>,
  sources: readonly PolicySource[],
): PolicySet {
  return loadPolicies(sources, { places, realRoot })
}

/** The files of these policies. @throws {CommandError} as {@link readPolicies}. */
export function policySources({ policies, folder }: Setting): readonly PolicySource[] {
  return policies.flatMap((name) => readFolder(folderOf(name, folder)))
}

/** The test files in the folders of these policies. */
export function readPolicyTests({ policies, folder }: Setting): readonly PolicySource[] {
  return policies.flatMap((name) => {
    const path = folderOf(name, folder)
    return filesOf(path)
      .filter(isTest)
      .map((file) => sourceOf(path, file))
  })
}

/** A text that changes with every change of a policy file: names, sizes, times. Total. */
export function policySignature({ policies, folder }: Setting): string {
  return policies
    .flatMap((name) => {
      const path = folderOf(name, folder)
      try {
        return filesOf(path)
          .filter(isPolicy)
          .map((file) => signatureOf(join(path, file)))
      } catch {
        return [`${path} unreadable`]
      }
    })
    .join('\n')
}

function signatureOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false })
  return `${file} ${found?.size} ${found?.mtimeMs} ${found?.ino}`
}

function folderOf(name: string, folder: string): string {
  return /[/\\]/.test(name) ? resolve(folder, name) : join(STARTERS, name)
}

function filesOf(path: string): readonly string[] {
  try {
    return readdirSync(path, { recursive: true, encoding: 'utf8' }).sort()
  } catch (cause) {
    throw new CommandError(`the policy folder \`${path}\` cannot be read`, {
      exit: 'configuration',
      fix: 'name a starter (`balanced`, `strict`, `observe`, `flow`, `acting`) or a folder with a `/`, under `policies`',
      cause,
    })
  }
}

function isTest(file: string): boolean {
  return file.endsWith('.test.yaml')
}

function isPolicy(file: string): boolean {
  return file.endsWith('.cedar') || (file.endsWith('.yaml') && !isTest(file))
}

function readFolder(path: string): readonly PolicySource[] {
  const files = filesOf(path).filter(isPolicy)
  if (!files.some((file) => file.endsWith('.cedar')))
    throw new CommandError(`the policy folder \`${path}\` holds no \`.cedar\` file`, {
      exit: 'configuration',
      fix: 'put a policy into it, or take it out of `policies`',
    })
  return files.map((file) => sourceOf(path, file))
}

function sourceOf(path: string, name: string): PolicySource {
  const file = join(path, name)
  return { file, text: readFileSync(file, 'utf8') }
}

/** Where a root of a guard really is; undefined when there is nothing. */
function realRoot(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch {
    return undefined
  }
}
