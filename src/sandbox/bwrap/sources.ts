import { closeSync } from 'node:fs'
import type { SandboxMount, SandboxProfile, SandboxRefusal } from '../../kernel/sandbox.ts'
import type { Mask } from '../profile/masks.ts'
import type { BoundMask, BoundMount, Source } from './arguments.ts'
import { staged } from './chain.ts'
import type { Descriptors } from './descriptors.ts'
import type { GateCheck } from './gate.ts'
import { pin } from './pin.ts'

/** A path that a server cannot have. */
export class PathRefused extends Error {
  readonly reason: SandboxRefusal
  readonly path: string

  constructor(reason: SandboxRefusal, path: string) {
    super(reason)
    this.reason = reason
    this.path = path
  }
}

/** The files and folders of a server, held fast. */
export interface Sources {
  readonly mounts: readonly BoundMount[]
  readonly masks: readonly BoundMask[]
  /** What has to be readable or writable inside, and the path on this machine that it is about. */
  readonly checks: readonly { readonly check: GateCheck; readonly path: string }[]
  /** What the outer stage is to put up, in the order of `staged`. */
  readonly stage: readonly { readonly fd: number; readonly writable: boolean }[]
}

/**
 * Opens everything that is to be mounted, so that what was checked is what is mounted.
 *
 * @throws PathRefused
 */
export function openSources(
  profile: SandboxProfile,
  masks: readonly Mask[],
  descriptors: Descriptors,
  throughStage: boolean,
): Sources {
  const stage: { fd: number; writable: boolean }[] = []
  const hold = (own: number, writable: boolean): Source => {
    const fd = descriptors.add(own)
    if (!throughStage) return { fd }
    stage.push({ fd, writable })
    return staged(stage.length - 1)
  }
  const checks: { check: GateCheck; path: string }[] = []
  const mounts = mountsOf(profile).flatMap(({ mount, writable }): BoundMount[] => {
    const { from, to, optional } = mount
    const pinned = pin(from)
    if ('refused' in pinned) {
      if (optional && pinned.refused === 'path_missing') return []
      throw new PathRefused(pinned.refused, from)
    }
    const flags = [...(writable ? ['-w'] : []), '-r', ...(pinned.folder ? ['-x'] : [])] as const
    for (const flag of flags)
      checks.push({ check: { flag: flag as GateCheck['flag'], path: to }, path: from })
    return [{ from: hold(pinned.fd, writable), to, writable }]
  })
  return { mounts, masks: masks.flatMap((wish) => openMask(wish, hold)), checks, stage }
}

function mountsOf({ fs }: SandboxProfile): readonly { mount: SandboxMount; writable: boolean }[] {
  const { state } = fs
  const own: readonly SandboxMount[] =
    state === undefined || fs.rw.some(({ to }) => to === state)
      ? []
      : [{ from: state, to: state, optional: false }]
  return [
    ...fs.ro.map((mount) => ({ mount, writable: false })),
    ...[...fs.rw, ...own].map((mount) => ({ mount, writable: true })),
  ]
}

function openMask(
  { kind, from, target }: Mask,
  hold: (own: number, writable: boolean) => Source,
): BoundMask[] {
  const pinned = pin(from)
  if ('refused' in pinned) {
    // what is gone by now needs no mask; what became a link since it was found is not trusted
    if (pinned.refused === 'path_missing') return []
    throw new PathRefused(pinned.refused, from)
  }
  if (kind === 'protect' || kind === 'pin') {
    return [{ to: target, source: hold(pinned.fd, kind === 'pin'), writable: kind === 'pin' }]
  }
  closeSync(pinned.fd)
  return [{ to: target, blank: pinned.folder ? 'folder' : 'file' }]
}
