import { parse } from 'node:path'
import { createSecretFinder } from '../../analysis/content/secrets/secrets.ts'
import { parseConfig } from '../../config/config.ts'
import { addServer } from '../../config/edit.ts'
import { ConfigError } from '../../config/problem.ts'
import { publicOrigin } from '../../config/public-url.ts'
import { isSecretName, isSecretShape } from '../../config/secret.ts'
import { nodeFiles } from '../../inventory/adopt/node-files.ts'
import type { PlanParts } from '../../inventory/adopt/plan.ts'
import type { SecretSense, Way } from '../../inventory/adopt/plan-words.ts'
import { MOST_BYTES } from '../../inventory/adopt/replace-file.ts'
import { isMap, valueAt } from '../../inventory/adopt/value-at.ts'
import { readDocument } from '../../inventory/formats/formats.ts'
import { hostOf } from '../../inventory/hosts/hosts.ts'
import { readHosts } from '../../inventory/read/read.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { OperatingSystem, ReadConfig } from '../../kernel/inventory.ts'
import { CommandError } from '../command-error.ts'
import { connectHint } from '../connect-hint.ts'
import type { Context } from '../context.ts'
import { load } from '../load.ts'
import { findRunning } from '../run-file.ts'

/** What to adopt, as the command line says. */
export interface AdoptOptions {
  readonly host?: string
  readonly server?: string
  readonly project: readonly string[]
  readonly connect: boolean
}

/** The files of hosts, and what a plan is made from; names of secrets are the caller's. */
export interface Looked {
  readonly configs: readonly ReadConfig[]
  readonly parts: Omit<PlanParts, 'secrets'>
}

/** Looks at the hosts of this machine. @throws {CommandError} `usage` for a host that nobody knows. */
export async function look(context: Context, options: AdoptOptions): Promise<Looked> {
  const { host, server, project, connect } = options
  checkHost(host)
  const { config, path } = load(context)
  const configs = await readHosts({
    os: systemHere(),
    home: context.homedir,
    root: parse(context.cwd).root,
    env: context.env,
    projects: [...project],
    owner: process.getuid?.(),
    ...(host !== undefined && { hosts: [host] }),
  })
  const running = findRunning(config.dataDir)
  const gatewayUrl = running?.issuer ?? publicOrigin(config.listen, config.listen.port)
  const { stdio } = connectHint(context, config, gatewayUrl)
  const prefer: Way = 'connect'
  return {
    configs,
    parts: {
      gatewayUrl,
      connect: [stdio.command, ...stdio.args],
      servers: [...Object.keys(config.servers), ...Object.keys(config.virtual)],
      sense: senseOfSecrets(),
      refusal: (name, settings) => refusalOf(context, path ?? context.cwd, name, settings),
      entryOf: entryReader(configs),
      ...(connect && { prefer }),
      only: { ...(host !== undefined && { host }), ...(server !== undefined && { server }) },
    },
  }
}

/** @throws {CommandError} `usage`. */
export function checkHost(host: string | undefined): void {
  if (host === undefined || hostOf(host) !== undefined) return
  throw new CommandError('`--host` takes the id of a host', {
    exit: 'usage',
    fix: '`bailiwick inventory` lists them',
  })
}

/** What the configuration holds for a secret, and what the rules for secrets find. */
export function senseOfSecrets(): SecretSense {
  const finder = createSecretFinder()
  return {
    name: isSecretName,
    shape: isSecretShape,
    find: (text, name) => finder.find(text, name === undefined ? {} : { name }),
  }
}

function systemHere(): OperatingSystem {
  const { platform } = process
  return platform === 'darwin' || platform === 'win32' ? platform : 'linux'
}

/** Why `bailiwick.yaml` could not have such a server. */
function refusalOf(
  context: Context,
  file: string,
  name: string,
  settings: Readonly<Record<string, unknown>>,
): string | undefined {
  try {
    parseConfig(addServer('', name, settings), file, context)
    return undefined
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(({ path, message }) => `${path}: ${message}`).join('; ')
  }
}

/** Reads entries from their files, once each; of a file that changed since, none. */
function entryReader(configs: readonly ReadConfig[]): PlanParts['entryOf'] {
  const files = nodeFiles()
  const values = new Map<string, unknown>()
  const entriesOf = ({ file, format, digest }: ReadConfig): unknown => {
    const bytes = files.read(file, MOST_BYTES)?.bytes ?? new Uint8Array()
    if (sha256(bytes) !== digest) return undefined
    return readDocument(new TextDecoder().decode(bytes), format).value
  }
  return ({ host, file, at }) => {
    const config = configs.find((one) => one.file === file && one.host === host)
    if (config === undefined) return undefined
    if (!values.has(file)) values.set(file, entriesOf(config))
    const entry = valueAt(values.get(file), at)
    return isMap(entry) ? entry : undefined
  }
}
