import { GatewayError } from '../../kernel/errors.ts'
import type { Contained, Launch } from '../../kernel/sandbox.ts'
import { type Egress, openEgress } from '../egress/egress.ts'
import { type LimitKeeper, openLimits } from '../limits/limits.ts'
import { masksOf } from '../profile/masks.ts'
import { refusal } from '../refusal.ts'
import type { SandboxOptions } from '../sandbox.ts'
import { type BasePart, systemBase } from './base.ts'
import { HostUids, hostIdentity } from './identity.ts'
import { startChain } from './launch.ts'
import { UnknownNeeds } from './minimal-base.ts'
import { makeOwnFolder } from './own-folder.ts'
import { type Preparation, type Prepared, prepare } from './prepare.ts'
import { PathRefused } from './sources.ts'
import { findTools, type Lacking, type Tools } from './tools.ts'

type Known = Pick<Preparation, 'launch' | 'tools' | 'identity' | 'egress' | 'masks'>

/** Starts servers with bubblewrap. What it learns of the machine it learns once. */
export class Bubblewrap {
  readonly #options: SandboxOptions
  readonly #limits: LimitKeeper
  readonly #uids: HostUids
  readonly #ownUid = process.getuid?.() ?? 0
  readonly #egresses = new Set<Egress>()
  #tools: Promise<Tools | Lacking> | undefined
  readonly #needs = new Map<string, readonly string[]>()
  #system: readonly BasePart[] | undefined

  constructor(options: SandboxOptions) {
    this.#options = options
    this.#limits = openLimits(options.watch)
    this.#uids = new HostUids(options.servers)
  }

  hostUid(server: string): number {
    return this.#uids.of(server)
  }

  async launch(launch: Launch): Promise<Contained> {
    const { server, profile } = launch
    const tools = await this.#findTools()
    if ('reason' in tools) throw refusal({ server, ...tools })
    const identity = hostIdentity(profile, this.#ownUid, () => this.#uids.of(server))
    if (typeof identity === 'object' && 'reason' in identity) throw refusal({ server, ...identity })
    const egress = this.#openEgress(launch)
    try {
      await makeOwnFolder(profile, identity).catch((error: unknown) => {
        throw refusalOfFault(
          server,
          new PathRefused('path_not_writable', profile.fs.state ?? ''),
          error,
        )
      })
      const masks = await masksOf(server, profile)
      const prepared = this.#prepare({ launch, tools, identity, egress, masks })
      const isRoot = this.#ownUid === 0 && identity === 'same'
      const { onStanding } = this.#options
      return await startChain({
        ...{ launch, prepared, egress, isRoot, onStanding },
        limits: this.#limits,
      })
    } catch (error) {
      await egress?.close()
      throw error
    }
  }

  /** Ends every way out. */
  async close(): Promise<void> {
    await Promise.all([...this.#egresses].map((egress) => egress.close()))
  }

  #findTools(): Promise<Tools | Lacking> {
    // one that is missing may be installed while the gateway runs
    this.#tools ??= findTools(this.#options.bwrap).then((found) => {
      if ('reason' in found) this.#tools = undefined
      return found
    })
    return this.#tools
  }

  #prepare(known: Known): Prepared {
    this.#system ??= systemBase()
    try {
      return prepare({
        ...known,
        system: this.#system,
        needs: this.#needs,
        ownUid: this.#ownUid,
        node: process.execPath,
      })
    } catch (error) {
      throw refusalOfFault(known.launch.server, error)
    }
  }

  #openEgress({ server, profile }: Launch): Egress | undefined {
    if (profile.network.mode !== 'allowlist') return undefined
    const { watch, clearText, resolve } = this.#options
    const egress = openEgress({
      ...{ server, watch, rules: profile.network.allow },
      ...(clearText === undefined ? {} : { clearText }),
      ...(resolve === undefined ? {} : { resolve }),
    })
    this.#egresses.add(egress)
    return {
      ...egress,
      close: async () => {
        this.#egresses.delete(egress)
        await egress.close()
      },
    }
  }
}

function refusalOfFault(server: string, error: unknown, cause: unknown = error): GatewayError {
  if (error instanceof GatewayError) return error
  if (error instanceof UnknownNeeds) {
    return refusal({
      server,
      reason: 'path_refused',
      why: `what \`${error.message}\` needs to run cannot be told`,
      fix: 'set `sandbox.fs.base: system`, or name a program of this machine',
      cause,
    })
  }
  if (error instanceof PathRefused) {
    return refusal({ server, reason: error.reason, ...wordsOf(error), cause })
  }
  return refusal({
    server,
    reason: 'launch_failed',
    why:
      error instanceof RangeError ? `its profile has ${error.message}` : 'it could not be prepared',
    fix: 'look at its `sandbox` and `env` settings',
    cause,
  })
}

const FAULTS: Readonly<Record<string, readonly [why: string, fix: string]>> = {
  command_missing: [
    'is no program that the sandbox shows',
    'install it, name its absolute path, or mount its folder with `sandbox.fs.ro`',
  ],
  path_missing: ['does not exist', 'make it, or remove it from `sandbox.fs`'],
  path_changed: [
    'has become a link, or lies below one now',
    'name the folder itself, and find out who changed it',
  ],
  path_not_reachable: ['cannot be reached', 'let the gateway enter the folders above it'],
  path_not_writable: ['cannot be given to it', 'give it to whoever runs the gateway'],
  path_holds_socket: ['is a socket', 'remove it from `sandbox.fs`'],
}

function wordsOf({ reason, path }: PathRefused): { why: string; fix: string } {
  const [why, fix] = FAULTS[reason] ?? ['is no file or folder', 'remove it from `sandbox.fs`']
  return { why: `\`${path}\` ${why}`, fix }
}
