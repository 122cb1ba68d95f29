import { realpathSync } from 'node:fs'
import type { Launch } from '../../kernel/sandbox.ts'
import type { Egress } from '../egress/egress.ts'
import { prlimitCommand } from '../limits/rlimits.ts'
import type { Mask } from '../profile/masks.ts'
import { isWithin } from '../profile/paths.ts'
import { seccompFilter } from '../seccomp/seccomp.ts'
import { type InnerPlan, innerArguments, writeArguments } from './arguments.ts'
import type { BasePart } from './base.ts'
import { CHANNEL_FD, chainCommand, type ListenerStep, outerArguments, staged } from './chain.ts'
import { Descriptors } from './descriptors.ts'
import { HOME, resolvConfOfMachine, syntheticEtc } from './etc.ts'
import { GATE_FD } from './gate.ts'
import type { HostIdentity } from './identity.ts'
import { minimalBase } from './minimal-base.ts'
import { pin } from './pin.ts'
import { programOf } from './program.ts'
import { openSources, PathRefused, type Sources } from './sources.ts'
import type { Tools } from './tools.ts'

/** A chain that is ready to be started. Its descriptors are open until they are closed. */
export interface Prepared {
  readonly command: readonly string[]
  readonly descriptors: Descriptors
  readonly checks: Sources['checks']
  readonly hasChannel: boolean
  /** Who the server is on this machine. */
  readonly uid: number
}

export interface Preparation {
  readonly launch: Launch
  readonly tools: Tools
  readonly system: readonly BasePart[]
  /** What `minimalBase` found before. */
  readonly needs: Map<string, readonly string[]>
  readonly identity: HostIdentity
  readonly ownUid: number
  readonly egress: Egress | undefined
  readonly masks: readonly Mask[]
  /** Node.js, for the listener program. */
  readonly node: string
}

type Environment = Readonly<Record<string, string>> & { readonly PATH: string }

const PATH = '/usr/local/bin:/usr/bin:/bin'

/**
 * Opens the sources, writes down the options, and puts the command together. Nothing is started.
 *
 * @throws PathRefused when a source is not what it was when it was checked.
 * @throws RangeError when the options cannot be written down.
 */
export function prepare(asked: Preparation): Prepared {
  const { launch, egress, identity, tools } = asked
  const descriptors = new Descriptors(egress === undefined ? GATE_FD + 1 : CHANNEL_FD + 1)
  try {
    const lowers = identity !== 'same'
    const { profile } = launch
    const env = environment(launch, egress)
    const base = baseOf(asked, env.PATH)
    const sources = openSources(profile, asked.masks, descriptors, lowers)
    const { listeners, stage } = listenerStep(asked, sources, descriptors)
    const options = innerArguments(innerPlan(asked, { base, env }, sources, descriptors))
    const inner = descriptors.data(writeArguments(options))
    const command = chainCommand({
      tools,
      outer: outerOptions(asked, stage, descriptors),
      listeners,
      uid: lowers ? identity.uid : undefined,
      inner,
      limits: prlimitCommand(tools.prlimit, profile.limits),
      checks: sources.checks.map(({ check }) => check),
      command: launch.command,
    })
    const uid = lowers ? identity.uid : asked.ownUid
    const { checks } = sources
    return { command, descriptors, checks, hasChannel: egress !== undefined, uid }
  } catch (error) {
    descriptors.close()
    throw error
  }
}

/**
 * What it sees of the machine besides its mounts.
 *
 * @throws PathRefused when its program is not in it.
 */
function baseOf({ launch, system, tools, needs }: Preparation, path: string): readonly BasePart[] {
  const { fs } = launch.profile
  const program = programOf(launch.command[0], path, launch.profile, system)
  if (program === undefined) throw new PathRefused('command_missing', launch.command[0] ?? '')
  if (fs.base === 'system') return system
  const mounted = [...fs.ro, ...fs.rw]
  return minimalBase([tools.prlimit, tools.sh, program], needs).filter(
    (part) => !mounted.some(({ from, to }) => isWithin(part.path, from) || isWithin(part.path, to)),
  )
}

function innerPlan(
  { launch, egress }: Preparation,
  { base, env }: Pick<InnerPlan, 'base' | 'env'>,
  { mounts, masks }: Sources,
  descriptors: Descriptors,
): InnerPlan {
  const { fs, network, syscalls } = launch.profile
  const resolvConf =
    egress?.resolvConf ?? (network.mode === 'unrestricted' ? resolvConfOfMachine() : '')
  return {
    base,
    etc: Object.entries(syntheticEtc(resolvConf)).map(([path, content]) => ({
      path,
      fd: descriptors.data(content),
    })),
    mounts,
    masks,
    sizes: fs,
    seccomp: descriptors.data(seccompFilter({ ...syscalls, arch: process.arch })),
    ownNetwork: network.mode === 'none',
    env,
    cwd: launch.cwd ?? HOME,
  }
}

/** What every server has, what it was given, and what leads to its way out, which nothing overrides. */
function environment({ env }: Launch, egress: Egress | undefined): Environment {
  const own = { PATH, HOME, TMPDIR: '/tmp', LANG: 'C.UTF-8' }
  const all = { ...own, ...env, ...egress?.env }
  if (Object.keys(all).some((name) => name === '' || name.includes('='))) {
    throw new RangeError('a variable without a proper name')
  }
  return all
}

/** The listener program. The stage of root covers a folder in which it, or Node.js, may stand: they go along. */
function listenerStep(
  { egress, node, ownUid }: Preparation,
  { stage }: Sources,
  descriptors: Descriptors,
): { readonly listeners: ListenerStep | undefined; readonly stage: Sources['stage'] } {
  if (egress === undefined) return { listeners: undefined, stage }
  const { program } = egress
  const spec = JSON.stringify(egress.spec)
  if (ownUid !== 0) return { listeners: { node, program, spec }, stage }
  const [nodeAt, programAt] = [node, program].map((path, index) => {
    const pinned = pin(realpathSync(path))
    if ('refused' in pinned) throw new PathRefused(pinned.refused, path)
    return { fd: descriptors.add(pinned.fd), writable: false, ...staged(stage.length + index) }
  })
  if (nodeAt === undefined || programAt === undefined) throw new RangeError('two were asked for')
  return {
    listeners: { node: nodeAt.path, program: programAt.path, spec },
    stage: [...stage, nodeAt, programAt],
  }
}

function outerOptions(
  { egress, identity, ownUid }: Preparation,
  stage: Sources['stage'],
  descriptors: Descriptors,
): number | undefined {
  if (identity === 'same' && egress === undefined) return undefined
  const options = outerArguments({
    sources: stage,
    listeners: egress !== undefined,
    root: ownUid === 0,
  })
  return descriptors.data(writeArguments(options))
}
