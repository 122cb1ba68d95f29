import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGateway } from '../../src/cli/compose.ts'
import { claim } from '../../src/cli/run-file.ts'
import { loadConfig } from '../../src/config/config.ts'
import { type TokenWish, tokensOf, unconfined } from '../support/gateway.ts'
import { setUpOwner } from '../support/owner.ts'

/** A whole gateway in this process, which costs less than one of its own. */
export interface GatewayHere {
  readonly dataDir: string
  /** The origin under which it is known. */
  readonly issuer: string
  /** Where clients of this machine reach it. */
  readonly origin: string
  /** What it told its operator. */
  readonly log: readonly string[]
  tokenFor(path: string, more?: Partial<TokenWish>): Promise<string>
  stop(): Promise<void>
}

/**
 * Starts one, with an owner who has a password. Everything is permitted, unless `config` says otherwise.
 *
 * @param env the only environment that it knows.
 */
export async function startHere(
  servers: Readonly<Record<string, object>>,
  env: Readonly<Record<string, string>> = {},
  config: Readonly<Record<string, unknown>> = {},
): Promise<GatewayHere> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bailiwick-vault-'))
  const log: string[] = []
  const open: (() => Promise<void> | void)[] = []
  const stop = async (): Promise<void> => {
    for (let last = open.pop(); last !== undefined; last = open.pop()) await last()
  }
  open.push(() => rmSync(dataDir, { recursive: true, force: true }))
  try {
    const file = join(dataDir, 'bailiwick.yaml')
    const whole = {
      ...{ listen: { port: 0 }, policies: ['observe'], servers: unconfined(servers) },
      // Who does not come back from a page is not waited for.
      ...{ sandbox: { allowUnsandboxed: true }, approvals: { hold: '5s' }, ...config },
    }
    writeFileSync(file, JSON.stringify(whole), { mode: 0o600 })
    const loaded = loadConfig({ file, dataDir, env, homedir: dataDir, cwd: undefined })
    const running = await startGateway({
      ...{ config: loaded.config, loaded, dataDir, env },
      log: (line, cause) => void log.push(`${line} ${cause ?? ''}`),
    })
    open.push(running.close)
    const { issuer, url } = running
    const claimed = claim(dataDir, new Date())
    open.push(claimed.release)
    claimed.announce({ url, issuer, certificate: undefined })
    await setUpOwner({ issuer, child: { output: () => running.setUp ?? '' } })
    const { origin } = new URL(url)
    return { dataDir, issuer, origin, log, tokenFor: tokensOf(dataDir, origin), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
