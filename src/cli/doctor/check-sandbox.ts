import type { Config } from '../../config/config.ts'
import type { Machine, Preflight } from '../../sandbox/preflight/preflight.ts'
import type { Context } from '../context.ts'
import { inForceFor, weakOnes } from '../sandbox/in-force.ts'
import { backendsOf, machineText } from '../sandbox/preflight-text.ts'
import { defaultProfile, prove } from '../sandbox/prove.ts'
import type { Finding } from './finding.ts'

/** What confines local servers on this machine, and each of them. */
export async function checkSandbox(config: Config, context: Context): Promise<readonly Finding[]> {
  const proven = await prove(context, config.dataDir)
  const local = Object.entries(config.servers).filter(
    ([, server]) => server.enabled && server.transport === 'stdio',
  )
  return [
    ...machineFindings(proven, local.length > 0),
    backendFinding(proven.machine),
    ...local.flatMap(([name, server]) =>
      server.transport === 'stdio' ? [serverFinding(name, server.sandbox, proven)] : [],
    ),
  ]
}

function machineFindings(proven: Preflight, isNeeded: boolean): readonly Finding[] {
  const { ok, problems, probes, machine } = proven
  const check = 'sandbox'
  if (!ok) {
    // who has no local servers misses nothing
    const state = isNeeded ? 'fail' : 'warn'
    return problems.map(({ message, fix }) => ({ check, state, message, fix }))
  }
  const message = `${machineText(machine)}; ${probes.length} attempts to get out failed`
  const weak = inForceFor(defaultProfile(), proven).filter(({ strength }) => strength !== 'hard')
  return [
    { check, state: 'ok', message },
    ...weak.map(
      ({ control, strength, by, fix }): Finding => ({
        check: `sandbox ${control}`,
        state: 'warn',
        message: strength === 'soft' ? `holds softly, by ${by}` : `does not hold: ${by}`,
        ...(fix === undefined ? {} : { fix }),
      }),
    ),
  ]
}

function backendFinding(machine: Machine): Finding {
  const words = backendsOf(machine).map(({ backend, here, why }) =>
    here ? `${backend} (${why})` : `no ${backend} (${why})`,
  )
  return { check: 'sandbox backends', state: 'ok', message: words.join(', ') }
}

type Settings = Extract<Config['servers'][string], { readonly transport: 'stdio' }>['sandbox']

function serverFinding(name: string, settings: Settings, proven: Preflight): Finding {
  const check = `sandbox of ${name}`
  if (settings.backend === 'none')
    return {
      ...{ check, state: 'warn', message: 'runs with everything that you may do' },
      fix: 'remove `sandbox.backend: none`',
    }
  const { fs, limits } = defaultProfile()
  const inForce = inForceFor({ ...settings, fs, limits }, proven)
  if (inForce.length === 0)
    return settings.required
      ? {
          check,
          state: 'fail',
          message: 'does not start: no sandbox can be had',
          fix: 'see `sandbox`',
        }
      : { check, state: 'warn', message: 'runs without a sandbox here', fix: 'see `sandbox`' }
  const weak = weakOnes(inForce)
  const holds = inForce.filter(({ strength }) => strength === 'hard').map(({ control }) => control)
  const rest = weak.length === 0 ? '' : `; not hard: ${weak.join(', ')}`
  const { mode, allow } = settings.network
  const hosts = mode === 'allowlist' ? `${allow.length} hosts` : mode
  return { check, state: 'ok', message: `network ${hosts}; in force: ${holds.join(', ')}${rest}` }
}
