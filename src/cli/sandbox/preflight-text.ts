import type { InForce, SandboxBackend } from '../../kernel/sandbox.ts'
import type { Machine, Preflight } from '../../sandbox/preflight/preflight.ts'
import type { Context } from '../context.ts'
import { paint, printable, table } from '../terminal.ts'

/** What `bailiwick sandbox check` shows with `--json`. */
export function preflightView(found: Preflight) {
  const { ok, machine, problems, inForce, probes, at, cached } = found
  return {
    ...{ ok, at: new Date(at).toISOString(), cached, problems, inForce, probes },
    machine: { ...machine, bwrap: machine.bwrap ?? null, boot: undefined },
    backends: backendsOf(machine),
  }
}

/** The same for people. */
export function preflightText(context: Context, found: Preflight): readonly string[] {
  const { ok, machine, problems, inForce, probes, at, cached } = found
  const when = cached ? `proven since this start, at ${new Date(at).toISOString()}` : 'proven now'
  const held = probes.filter((one) => one.held).length
  const verdict = ok
    ? `${paint(context, 'green', 'holds')}  ${held} of ${probes.length} attempts to get out failed; ${when}`
    : paint(context, 'red', 'does not hold: local servers stay off')
  return [
    `sandbox   ${verdict}`,
    `machine   ${printable(machineText(machine))}`,
    ...problems.flatMap(({ reason, message, fix }) => [
      '',
      `${paint(context, 'red', 'fail')}  ${reason}: ${printable(message)}`,
      `      fix: ${printable(fix)}`,
    ]),
    ...(inForce.length === 0 ? [] : ['', ...controlsTable(inForce)]),
    ...tried(found),
    '',
    ...table(
      ['BACKEND', 'HERE', 'WHY'],
      backendsOf(machine).map(({ backend, here, why }) => [backend, here ? 'yes' : 'no', why]),
    ),
  ]
}

/** Only attempts that succeeded, and those that could not be made. */
function tried({ probes }: Preflight): readonly string[] {
  const told = probes.filter(({ held, got }) => !held || got === 'untried')
  if (told.length === 0) return []
  return [
    '',
    ...table(
      ['ATTEMPT', 'AT', 'CAME TO'],
      told.map((one) => [one.name, one.control, one.got]),
    ),
  ]
}

/** One row per control: how well it holds, by what, and what would make it better. */
export function controlsTable(inForce: readonly InForce[]): readonly string[] {
  return table(
    ['CONTROL', 'HOLDS', 'BY', 'BETTER'],
    inForce.map(({ control, strength, by, fix }) => [control, strength, by, fix ?? '-']),
  )
}

export function machineText({ platform, kernel, bwrap, isRoot }: Machine): string {
  const with_ = bwrap === undefined ? 'no bubblewrap' : `bubblewrap ${bwrap.version}`
  return `${platform} ${kernel}, ${with_}, ${isRoot ? 'as root: each server runs as a user of its own' : 'as an unprivileged user'}`
}

interface BackendView {
  readonly backend: SandboxBackend
  readonly here: boolean
  readonly why: string
}

/** What of each backend is on this machine, by name. */
export function backendsOf({ platform, bwrap, engines }: Machine): readonly BackendView[] {
  const engine = engines.find((name) => ['docker', 'podman'].includes(name))
  return [
    {
      backend: 'bwrap',
      here: bwrap !== undefined,
      why: bwrap === undefined ? 'no bubblewrap' : `${bwrap.path} ${bwrap.version}`,
    },
    {
      backend: 'container',
      here: engine !== undefined,
      why:
        engine === undefined
          ? 'neither docker nor podman'
          : `${engine}; whether it runs is not asked`,
    },
    {
      backend: 'seatbelt',
      here: platform === 'darwin' && engines.includes('sandbox-exec'),
      why: platform === 'darwin' ? 'experimental' : 'of macOS alone',
    },
    {
      backend: 'kubernetes',
      here: false,
      why: 'manifests are printed by `bailiwick sandbox render`; nothing is started in a cluster',
    },
  ]
}
