import type { Config } from '../../config/config.ts'
import type { CredentialAbout } from '../../kernel/credential.ts'
import { toGatewayError } from '../../kernel/errors.ts'
import { createValueWatch } from '../../kernel/value-index.ts'
import { CommandError } from '../command-error.ts'
import { type RunningProcess, startGateway } from '../compose.ts'
import { type ConnectHint, connectHint } from '../connect-hint.ts'
import { confinementWords } from '../containment/starts.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { type GatewayHttp, openGatewayHttp } from '../gateway-http.ts'
import { load } from '../load.ts'
import { mcpClient } from '../mcp-client.ts'
import { makePrivateFolder } from '../private-file.ts'
import { claim } from '../run-file.ts'
import { json, line, logger, paint, printable, talk } from '../terminal.ts'

/**
 * `bailiwick up`: runs the gateway until it is told to stop.
 *
 * @param port instead of the one of the configuration.
 * @param allowUnsandboxed whatever the configuration says.
 */
export async function up(
  context: Context,
  port: number | undefined,
  allowUnsandboxed = false,
): Promise<Exit> {
  const read = load(context, 'here', { allowUnsandboxed })
  const written = read.path === undefined ? undefined : read
  const found = written?.config ?? (await playgroundOf(context, read.config))
  const { listen } = found
  const config = { ...found, listen: { ...listen, port: port ?? listen.port } }
  makePrivateFolder(config.dataDir)
  const held = claim(config.dataDir, new Date())
  try {
    const watch = createValueWatch<CredentialAbout>()
    const log = logger(context, watch.redact)
    const gateway = await startGateway({
      ...{ config, dataDir: config.dataDir, env: context.env, log, watch },
      ...(written && { loaded: written }),
    })
    try {
      const url = reachable(gateway.url)
      const { issuer, setUp, starts } = gateway
      held.announce({ url, issuer, certificate: config.listen.tls?.cert })
      const stop = stopped(context.signal)
      // A server that hangs must not keep the gateway from being stopped.
      await Promise.race([report(context, config, read.path, { issuer, setUp, starts }), stop])
      await stop
      talk(context, 'stopping: calls in flight may end')
    } finally {
      await gateway.close()
    }
  } finally {
    held.release()
  }
  return 'ok'
}

async function playgroundOf(context: Context, config: Config): Promise<Config> {
  const { playground } = await import('../playground.ts')
  return playground(context, config)
}

/** An address that this machine can connect to, for one that means every interface. */
function reachable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
}

/** What a server offers, as the gateway shows it to its owner. */
interface ServerState {
  readonly name: string
  readonly tools: number | null
  readonly error: string | null
  /** How it is confined; null for one that does not run here. */
  readonly sandbox: string | null
  /** What to do about one that was not started. */
  readonly fix: string | null
}

/** Where people come in. */
type Entrance = Pick<RunningProcess, 'issuer' | 'setUp' | 'starts'>

async function report(
  context: Context,
  config: Config,
  file: string | undefined,
  entrance: Entrance,
): Promise<void> {
  const { issuer, setUp, starts } = entrance
  const hint = connectHint(context, config, issuer)
  if (!context.options.json)
    for (const text of welcome(context, config, file, entrance, hint)) await line(context, text)
  const http = openGatewayHttp(config.dataDir)
  try {
    const names = Object.keys(config.servers).filter((name) => config.servers[name]?.enabled)
    const states = names.map(async (name) => {
      const patience = config.limits.connectTimeout + config.limits.callTimeout
      const asked = await ask(http, name, patience)
      const start = starts.of(name)
      const state = {
        ...asked,
        sandbox: confinementWords(start) ?? null,
        fix: start?.kind === 'refused' ? (start.fix ?? null) : null,
      }
      if (!context.options.json) await line(context, stateText(context, state))
      return state
    })
    const servers = await Promise.all(states)
    const { dataDir } = config
    const shown = { url: issuer, file: file ?? null, dataDir, setUp: setUp ?? null }
    if (context.options.json) await json(context, { ...shown, connect: hint, servers })
  } finally {
    http.close()
  }
}

async function ask(http: GatewayHttp, name: string, timeout: number) {
  try {
    const tools = await mcpClient(http, `/mcp/${name}`, timeout).tools()
    return { name, tools: tools.length, error: null }
  } catch (error) {
    const why = error instanceof CommandError ? error.message : toGatewayError(error).message
    return { name, tools: null, error: why }
  }
}

function welcome(
  context: Context,
  config: Config,
  file: string | undefined,
  { issuer, setUp }: Entrance,
  hint: ConnectHint,
): readonly string[] {
  const bold = (text: string): string => paint(context, 'bold', text)
  const { store, dataDir } = config
  const records = store.kind === 'sqlite' ? store.path : 'PostgreSQL'
  return [
    `${bold('Bailiwick')} serves ${bold(`${issuer}/mcp`)}`,
    '',
    `configuration  ${file ?? 'none found: this is the playground'}`,
    `policies       ${config.policies.join(', ')}`,
    `records        ${printable(records)}; \`bailiwick calls tail\` follows them`,
    `keys           ${printable(dataDir)}`,
    `console        ${issuer}/console/`,
    ...(setUp === undefined
      ? [`account        ${issuer}/oauth/account`]
      : ['', bold('First, choose how you log in:'), `  ${setUp}`]),
    '',
    'Connect a host that speaks HTTP:',
    `  ${hint.http}`,
    'or one that starts its servers itself:',
    `  ${JSON.stringify({ mcpServers: { bailiwick: hint.stdio } })}`,
    '',
    Object.keys(config.servers).length === 0
      ? 'No servers yet: add one with `bailiwick servers add`.'
      : 'Servers:',
  ]
}

function stateText(context: Context, state: ServerState): string {
  const { name, tools, error, sandbox, fix } = state
  const words =
    tools === null
      ? `${paint(context, 'yellow', 'down')}  ${printable(error ?? '')}`
      : `${paint(context, 'green', 'up')}    ${`${tools} tools`.padEnd(8)}`
  const confined = sandbox === null || tools === null ? '' : `  ${printable(sandbox)}`
  const remedy = fix === null ? '' : `\n${' '.repeat(20)}fix: ${printable(fix)}`
  return `  ${name.padEnd(16)}  ${words}${confined}${remedy}`
}

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
