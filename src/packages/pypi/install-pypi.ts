import { accessSync, constants, realpathSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import { sha256 } from '../../kernel/hash.ts'
import type { EgressRule } from '../../kernel/sandbox.ts'
import { LONGEST_LOCK } from '../check-files.ts'
import { readLock } from '../lock/lock.ts'
import { normalized } from '../lock/pypi-lock.ts'
import type { InstallBench, Installed, Order } from '../npm/install-npm.ts'
import { refusal } from '../refusal.ts'
import { runTool, ToolFailure } from '../run-tool.ts'
import { readPlain } from '../store/read-plain.ts'
import type { Staging } from '../store/shelf.ts'
import { digestTree } from '../store/tree.ts'
import {
  compileArguments,
  installArguments,
  LOCKFILE,
  REQUIREMENTS,
  requirementOf,
  uvEnvironment,
  VENV,
  venvArguments,
} from './uv-arguments.ts'
import { venvProgram } from './venv.ts'

const TIMEOUT = 600_000
const INDEX = 'https://pypi.org/simple'
const HOSTS: readonly EgressRule[] = ['pypi.org', 'files.pythonhosted.org'].map((host) => ({
  ...{ host, ports: [443], proto: 'tls', allowPrivate: false },
}))

/** The programs that install for Python. */
export interface PythonTools {
  readonly uv: string
  readonly python: string
}

/** Finds `uv` and `python3` on a `PATH`; the name of the one that is missing. */
export function findPythonTools(path: string | undefined): PythonTools | 'uv' | 'python3' {
  const uv = onPath('uv', path)
  const python = onPath('python3', path)
  if (uv === undefined) return 'uv'
  return python === undefined ? 'python3' : { uv, python }
}

function onPath(name: string, path: string | undefined): string | undefined {
  for (const folder of (path ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue
    try {
      const file = join(folder, name)
      accessSync(file, constants.X_OK)
      return realpathSync(file)
    } catch {}
  }
  return undefined
}

/**
 * Installs a package of PyPI into a staging folder, confined, from wheels alone.
 *
 * @throws GatewayError `package_refused`, or `sandbox_unavailable` when nothing confines uv here.
 */
export async function installPypi(
  bench: InstallBench,
  env: Readonly<Record<string, string | undefined>>,
  { server, wish, lockText: approved }: Order,
  staging: Staging,
): Promise<Installed> {
  const tools = findPythonTools(env['PATH'])
  if (typeof tools === 'string') {
    const why = `there is no \`${tools}\` on the \`PATH\` of the gateway`
    throw refusal({ server, reason: 'tool_missing', why })
  }
  if (wish.scripts) {
    const why = 'packages of PyPI are installed from wheels, which have no install scripts'
    throw refusal({ server, reason: 'name_malformed', why })
  }
  const { uv, python } = tools
  const run = uvRunner(bench, tools, server, staging)
  if (approved === undefined) {
    bench.tell(`looking for ${requirementOf(wish)}`)
    staging.write(REQUIREMENTS, `${requirementOf(wish)}\n`)
    await run(compileArguments(uv, python), HOSTS)
  }
  const lockText = approved ?? readPlain(join(staging.tree, LOCKFILE), LONGEST_LOCK) ?? ''
  const lock = readLock('pypi', lockText)
  const own = lock.packages.get(normalized(wish.name))
  if (own === undefined)
    throw refusal({ server, reason: 'install_failed', why: `uv did not find \`${wish.name}\`` })
  if (wish.integrity !== undefined && !own.integrity.includes(wish.integrity)) {
    const why = `none of its archives is \`${wish.integrity}\``
    throw refusal({ server, reason: 'integrity_mismatch', why })
  }
  staging.write(REQUIREMENTS, `${wish.name}==${own.version}\n`)
  staging.write(LOCKFILE, lockText)
  bench.tell(`fetching ${lock.packages.size} packages for ${wish.name}@${own.version}`)
  await run(venvArguments(uv, python), [])
  await run(installArguments(uv), HOSTS)
  await bench.shelf.adopt(staging.tree)
  const { digest: tree } = await digestTree(staging.tree, [python])
  const program = venvProgram(join(staging.tree, VENV), wish.name, wish.bin)
  if ('fault' in program) throw refusal({ server, reason: 'install_failed', why: program.fault })
  return {
    lockText,
    artifact: {
      ...{ ecosystem: 'pypi', name: wish.name, version: own.version, tree },
      integrity: [...own.integrity].sort().join(' '),
      ...{ lock: sha256(lockText), dependencies: lock.packages.size - 1 },
      ...{ scripted: [], scripts: false, provenance: { kind: 'absent' } },
    },
  }
}

function uvRunner(
  bench: InstallBench,
  { uv, python }: PythonTools,
  server: string,
  { folder, tree }: Staging,
): (command: readonly string[], hosts: readonly EgressRule[]) => Promise<void> {
  const { extraCertificates, signal } = bench
  const env = uvEnvironment(folder, INDEX, extraCertificates)
  const certificates = extraCertificates === undefined ? [] : [extraCertificates]
  const reads = [...new Set([uv, python, dirname(dirname(python)), ...certificates])]
  const common = { server, env, folder, cwd: tree, reads, timeout: TIMEOUT, signal }
  return async (command, hosts) => {
    try {
      await runTool(bench, { ...common, command, hosts })
    } catch (error) {
      if (!(error instanceof ToolFailure)) throw error
      const why = `uv failed: ${error.said.split('\n').slice(0, 3).join('; ').slice(0, 400)}`
      throw refusal({ server, reason: 'install_failed', why, cause: error })
    }
  }
}
