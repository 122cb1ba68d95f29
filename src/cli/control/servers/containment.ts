import type { ContainmentView } from '../../../admin/servers/containment.ts'
import type { ServerConfig } from '../../../config/config.ts'
import type { EgressRule, InForce, SandboxControl, SandboxMount } from '../../../kernel/sandbox.ts'
import { SANDBOX_CONTROLS } from '../../../kernel/sandbox.ts'
import type { Start } from '../../containment/starts.ts'

type LocalServer = Extract<ServerConfig, { readonly transport: 'stdio' }>

/** How a local server is confined: as it was started last, else as it is configured. */
export function containmentOf(server: LocalServer, start: Start | undefined): ContainmentView {
  const { sandbox, env } = server
  const configured = {
    backend: sandbox.backend,
    network: networkOf(sandbox.network),
    variables: [...new Set([...Object.keys(env), ...sandbox.env.pass])].sort(),
    limits: limitsOf(sandbox.limits),
  }
  const files = filesOf(sandbox.fs)
  if (start === undefined) return { state: 'waiting', files, inForce: [], ...configured }
  const { at } = start
  switch (start.kind) {
    case 'open':
      return {
        ...configured,
        ...{ state: 'open', at, backend: 'none', files: [], program: start.program },
        network: { mode: 'unrestricted', hosts: [] },
        inForce: NOTHING,
      }
    case 'refused': {
      const { reason, message, fix } = start
      const refused = { reason, message, ...(fix !== undefined && { fix }) }
      return { ...configured, state: 'refused', at, files, refused, inForce: [] }
    }
    case 'started': {
      const { backend, profile, program, inForce } = start
      return {
        ...configured,
        ...{ state: 'started', at, backend, program, inForce },
        files: filesOf(profile.fs),
        network: networkOf(profile.network),
        limits: limitsOf(profile.limits),
        ...(start.package && { package: packageOf(start.package) }),
      }
    }
  }
}

const NOTHING: readonly InForce[] = SANDBOX_CONTROLS.filter(
  (control: SandboxControl) => control !== 'lifetime',
).map((control) => ({ control, strength: 'none', by: 'nothing: it runs without a sandbox' }))

type Mounts = Readonly<Record<'ro' | 'rw', readonly SandboxMount[]>>

function filesOf({ ro, rw }: Mounts): ContainmentView['files'] {
  return [
    ...ro.map(({ from }) => ({ path: from, access: 'read' as const })),
    ...rw.map(({ from }) => ({ path: from, access: 'write' as const })),
  ]
}

interface Network {
  readonly mode: ContainmentView['network']['mode']
  readonly allow: readonly EgressRule[]
}

function networkOf({ mode, allow }: Network): ContainmentView['network'] {
  const listed = mode === 'allowlist' ? allow : []
  return { mode, hosts: listed.flatMap(({ host, ports }) => ports.map((port) => at(host, port))) }
}

function at(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function limitsOf({ memory, pids, cpu }: ContainmentView['limits']): ContainmentView['limits'] {
  return { memory, pids, cpu }
}

function packageOf({
  name,
  version,
  integrity,
  provenance,
}: NonNullable<Extract<Start, { readonly kind: 'started' }>['package']>) {
  const repository = provenance.kind === 'verified' ? provenance.repository : undefined
  const known = { name, version, integrity, provenance: provenance.kind }
  return { ...known, ...(repository !== undefined && { repository }) }
}
