import { stringify } from 'yaml'
import type { InForce, Launch, SandboxProfile } from '../../kernel/sandbox.ts'
import type { Mask } from '../profile/masks.ts'
import { SECCOMP_ARCHES } from '../seccomp/syscalls.ts'
import {
  containerArguments,
  containerInForce,
  variablesFile,
} from './container/container-arguments.ts'
import { engineSeccomp } from './container/engine-seccomp.ts'
import { kubernetesInForce, kubernetesObjects } from './kubernetes/kubernetes.ts'
import { type BackendPlan, labelOf, type ProxyPlace } from './plan.ts'
import { seatbeltInForce, seatbeltProfile } from './seatbelt/seatbelt-profile.ts'

/** Backends whose configuration can be shown to somebody who runs it themselves. */
export const RENDERED_BACKENDS = ['container', 'kubernetes', 'seatbelt'] as const
export type RenderedBackend = (typeof RENDERED_BACKENDS)[number]

/** One file of a rendered configuration. Holds no value of any variable. */
export interface RenderedFile {
  readonly name: string
  readonly text: string
}

export interface Rendered {
  readonly files: readonly RenderedFile[]
  /** What this backend holds for the profile, and what it does not. */
  readonly inForce: readonly InForce[]
  /** What has to be there besides. */
  readonly notes: readonly string[]
}

export interface RenderOptions {
  /** With its digest. Absent: a placeholder that no engine can find. */
  readonly image?: string
  readonly uid?: number
  readonly proxy?: ProxyPlace
  readonly masks?: readonly Mask[]
}

/** Somebody who owns nothing. */
const NOBODY = 65_534
const NOWHERE: ProxyPlace = { network: 'bailiwick-egress', host: '172.30.0.2', port: 3_128 }

/**
 * What another backend would be given for a server. Pure: nothing is run and no file is read.
 *
 * @throws GatewayError `sandbox_unavailable` for what the backend cannot put in force, with the fix.
 */
export function renderBackend(
  backend: RenderedBackend,
  profile: SandboxProfile,
  launch: Omit<Launch, 'profile'>,
  options: RenderOptions = {},
): Rendered {
  const plan: BackendPlan = {
    launch: { ...launch, profile },
    image: options.image ?? `image.invalid/${labelOf(launch.server)}@sha256:${'0'.repeat(64)}`,
    uid: options.uid ?? (typeof profile.runAs === 'number' ? profile.runAs : NOBODY),
    proxy: options.proxy ?? NOWHERE,
    masks: options.masks ?? [],
  }
  const notes =
    options.image === undefined ? ['an image with its digest in place of the zeros'] : []
  switch (backend) {
    case 'container':
      return container(plan, notes)
    case 'kubernetes':
      return kubernetes(plan, notes)
    case 'seatbelt':
      return {
        files: [{ name: 'profile.sb', text: seatbeltProfile(plan, '/private/tmp/bailiwick') }],
        inForce: seatbeltInForce(plan),
        notes: [
          'run `sandbox-exec -p` with this text; the folder for temporary files is new each time',
        ],
      }
  }
}

function container(plan: BackendPlan, notes: readonly string[]): Rendered {
  const name = labelOf(plan.launch.server)
  const files = { seccomp: `${name}.seccomp.json`, variables: `${name}.env` }
  const names = Object.keys(plan.launch.env)
  const blank = Object.fromEntries(names.map((each) => [each, '']))
  const variables = variablesFile({ ...plan, launch: { ...plan.launch, env: blank } })
  const through = plan.launch.profile.network.mode === 'allowlist'
  return {
    files: [
      { name: 'arguments.json', text: json(['docker', ...containerArguments(plan, name, files)]) },
      ...seccompFiles(plan, (arch) => `${name}.seccomp.${arch}.json`),
      { name: files.variables, text: variables },
    ],
    inForce: containerInForce(plan.launch.profile),
    notes: [
      ...notes,
      `the filter for the machine as ${files.seccomp}`,
      ...(names.length === 0 ? [] : [`the values of variables in ${files.variables}`]),
      ...(through
        ? [`an internal network ${plan.proxy?.network} with a proxy that keeps the list`]
        : []),
    ],
  }
}

function kubernetes(plan: BackendPlan, notes: readonly string[]): Rendered {
  const objects = kubernetesObjects(plan)
  const text = [objects.pod, objects.networkPolicy].map((each) => stringify(each)).join('---\n')
  const name = labelOf(plan.launch.server)
  return {
    files: [{ name: 'server.yaml', text }, ...seccompFiles(plan, (arch) => `${name}.${arch}.json`)],
    inForce: kubernetesInForce(plan),
    notes: [...notes, ...objects.notes],
  }
}

function seccompFiles(plan: BackendPlan, name: (arch: string) => string): readonly RenderedFile[] {
  const { syscalls } = plan.launch.profile
  return SECCOMP_ARCHES.map((arch) => ({
    name: name(arch),
    text: json(engineSeccomp(arch, syscalls)),
  }))
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
