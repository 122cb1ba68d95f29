import { parse } from 'node:path'
import { publicOrigin } from '../../config/public-url.ts'
import { isOurs } from '../../inventory/adopt/leave.ts'
import { inventoryBom } from '../../inventory/facts/reports/cyclonedx.ts'
import { postureSarif } from '../../inventory/facts/reports/sarif.ts'
import { HOSTS } from '../../inventory/hosts/hosts.ts'
import { readHosts } from '../../inventory/read/read.ts'
import type { ConfiguredServer, OperatingSystem, ReadConfig } from '../../kernel/inventory.ts'
import { CommandError } from '../command-error.ts'
import { connectHint } from '../connect-hint.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { load } from '../load.ts'
import { postureText, radiusText } from '../posture/posture-text.ts'
import { type MachinePosture, workOut } from '../posture/work-out.ts'
import { findRunning } from '../run-file.ts'
import { json, line } from '../terminal.ts'
import { packageVersion } from '../version.ts'

export interface PostureOptions {
  readonly host?: string
  readonly project: readonly string[]
  readonly server?: string
  readonly sarif: boolean
  readonly cyclonedx?: '1.6' | '1.7'
}

/** `bailiwick posture`: how the servers that hosts use stand. Needs no gateway, and starts nothing. */
export async function showPosture(context: Context, options: PostureOptions): Promise<Exit> {
  const machine = workOut(await readFiles(context, options), leadsToGateway(context))
  if (options.server !== undefined) checkServer(machine, options.server)
  await report(context, options, machine)
  return machine.posture.items.every(({ open }) => open.length === 0) ? 'ok' : 'findings'
}

async function report(
  context: Context,
  { server, sarif, cyclonedx }: PostureOptions,
  machine: MachinePosture,
): Promise<void> {
  const version = packageVersion()
  if (sarif) {
    const unread = machine.posture.items.find(({ id }) => id === 'files-readable')
    const complete = unread === undefined || unread.open.length === 0
    return json(context, postureSarif(machine.posture, { version, complete }))
  }
  if (cyclonedx !== undefined)
    return json(
      context,
      inventoryBom(machine.servers, { version, specVersion: cyclonedx, at: Date.now() }),
    )
  if (context.options.json) return json(context, asJson(machine, server))
  const lines =
    server === undefined ? postureText(context, machine) : radiusText(context, machine, server)
  for (const text of lines) await line(context, text)
}

function asJson(
  { posture, servers, radii, combinations, problems }: MachinePosture,
  only: string | undefined,
): unknown {
  const all = servers.map(({ name, host, file, at, enabled, credentials, ...facts }, index) => ({
    ...{ name, host, file, at, enabled },
    command: facts.command,
    package: facts.package,
    link: facts.link,
    authentication: facts.authentication,
    isolation: facts.isolation,
    remoteCode: facts.remoteCode,
    runsAs: facts.runsAs,
    destinations: facts.destinations,
    credentials: credentials.map(({ fingerprint: _, ...shown }) => shown),
    blastRadius: radii[index],
  }))
  return {
    ...posture,
    servers: all.filter(({ name }) => only === undefined || name === only),
    combinations,
    problems,
  }
}

function checkServer({ servers }: MachinePosture, name: string): void {
  if (!servers.some((facts) => facts.name === name))
    throw new CommandError(`no host uses a server \`${name}\``, {
      exit: 'usage',
      fix: '`bailiwick inventory` lists them',
    })
}

async function readFiles(
  context: Context,
  { host, project }: PostureOptions,
): Promise<readonly ReadConfig[]> {
  if (host !== undefined && !HOSTS.some(({ id }) => id === host))
    throw new CommandError(`no host \`${host}\` is known`, {
      exit: 'usage',
      fix: `name one of ${HOSTS.map(({ id }) => id).join(', ')}`,
    })
  return readHosts({
    os: systemHere(),
    home: context.homedir,
    root: parse(context.cwd).root,
    env: context.env,
    projects: project,
    owner: process.getuid?.(),
    ...(host === undefined ? {} : { hosts: [host] }),
  })
}

/** Whether an entry leads to the gateway that runs, or would run, here. */
function leadsToGateway(context: Context): (server: ConfiguredServer) => boolean {
  const { config } = load(context)
  const running = findRunning(config.dataDir)
  const gatewayUrl = running?.issuer ?? publicOrigin(config.listen, config.listen.port)
  const { stdio } = connectHint(context, config, gatewayUrl)
  const connect = [stdio.command, ...stdio.args]
  return (server) => isOurs(server, { gatewayUrl, connect })
}

function systemHere(): OperatingSystem {
  const { platform } = process
  return platform === 'darwin' || platform === 'win32' ? platform : 'linux'
}
