import type { Context } from '../context.ts'
import { checkGateway, checkStore } from '../doctor/check-gateway.ts'
import {
  checkConfigFile,
  checkDataDir,
  checkNode,
  checkOperatorKey,
} from '../doctor/check-machine.ts'
import { checkPolicies } from '../doctor/check-policies.ts'
import { checkSandbox } from '../doctor/check-sandbox.ts'
import { checkServers } from '../doctor/check-servers.ts'
import { type Finding, findingOf } from '../doctor/finding.ts'
import type { Exit } from '../exit-codes.ts'
import { load } from '../load.ts'
import { paint, printable, show } from '../terminal.ts'

/** `bailiwick doctor`: checks all that the gateway needs; `findings` when something fails. */
export async function doctor(context: Context): Promise<Exit> {
  const findings = [checkNode(), ...(await checkConfigured(context))]
  const ok = findings.every(({ state }) => state !== 'fail')
  await show(context, { ok, checks: findings }, () =>
    findings.flatMap((one) => textOf(context, one)),
  )
  return ok ? 'ok' : 'findings'
}

async function checkConfigured(context: Context): Promise<readonly Finding[]> {
  let loaded: ReturnType<typeof load>
  try {
    loaded = load(context)
  } catch (error) {
    return [
      findingOf('configuration', error, 'correct the file; `bailiwick config check` says more'),
    ]
  }
  const { config, path } = loaded
  return [
    checkConfigFile(path),
    checkPolicies(config),
    checkDataDir(config.dataDir),
    checkOperatorKey(config.dataDir),
    await checkGateway(config),
    await checkStore(config, context),
    ...(await checkSandbox(config, context)),
    ...(await checkServers(config, context)),
  ]
}

const COLORS = { ok: 'green', warn: 'yellow', fail: 'red' } as const

function textOf(context: Context, { state, check, message, fix }: Finding): readonly string[] {
  const first = `${paint(context, COLORS[state], state.padEnd(4))}  ${check}: ${printable(message)}`
  return fix === undefined ? [first] : [first, `      fix: ${printable(fix)}`]
}
