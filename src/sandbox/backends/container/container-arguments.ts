import { posix } from 'node:path'
import type { InForce, SandboxProfile } from '../../../kernel/sandbox.ts'
import { refusal } from '../../refusal.ts'
import { type BackendPlan, labelOf, mountsOf, plain, proxyVariables, refuse } from '../plan.ts'

const HOME = '/home/mcp'
const MIB = 2 ** 20
const DIGEST = /^[a-z0-9][a-z0-9._/:-]{0,254}@sha256:[0-9a-f]{64}$/
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/

/** Folders through which a container reaches the machine itself, whatever else is said of them. */
const MACHINE = ['/', '/dev', '/etc', '/proc', '/run', '/sys', '/var', '/var/run', '/var/lib']
const ENGINE_SOCKET = /(?:^|\/)(?:docker|podman|containerd|crio|buildkitd)(?:\.sock)?$/

/** What is written for an engine before it starts a container. */
export interface ContainerFiles {
  /** Paths on this machine. */
  readonly seccomp: string
  readonly variables: string
}

/**
 * What `docker` or `podman` is called with. No value of a variable is in it, since everybody on the machine
 * reads it; flags and values are one argument, so that no value becomes a flag.
 *
 * @param name of the container, by which it is ended.
 * @throws GatewayError `sandbox_unavailable` for what an engine cannot put in force.
 */
export function containerArguments(
  plan: BackendPlan,
  name: string,
  files: ContainerFiles,
): readonly string[] {
  const { server, command, cwd } = plan.launch
  const [program, ...rest] = command
  if (program === undefined) throw noProgram(server)
  return [
    ...['run', '--rm', '--interactive', '--init', '--pull=never', `--name=${name}`],
    `--label=bailiwick=${labelOf(server)}`,
    ...confinement(plan, files),
    ...limitFlags(plan.launch.profile),
    ...mountFlags(plan),
    ...networkFlags(plan),
    `--env-file=${files.variables}`,
    `--workdir=${plain(server, 'its folder', cwd ?? HOME)}`,
    `--entrypoint=${plain(server, 'its program', program)}`,
    imageOf(plan),
    ...rest,
  ]
}

/** The image, of which the digest says what is in it. */
export function imageOf({ image, launch: { server } }: BackendPlan): string {
  if (image !== undefined && DIGEST.test(image)) return image
  throw refuse(
    server,
    image === undefined ? 'it has no container image' : `image \`${image}\` has no digest`,
    'name an image with its digest, such as `node@sha256:…`',
  )
}

function noProgram(server: string): Error {
  const fix = 'set `servers.NAME.command`'
  return refusal({ server, reason: 'command_missing', why: 'it has no program to run', fix })
}

function confinement({ uid, launch }: BackendPlan, { seccomp }: ContainerFiles): string[] {
  if (uid === 0) {
    const why = 'it would run as root of its container'
    throw refusal({ server: launch.server, reason: 'refuse_host_root', why, fix: 'set `runAs`' })
  }
  return [
    ...['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges'],
    `--security-opt=seccomp=${plain(launch.server, 'the filter', seccomp, ',')}`,
    ...[`--user=${uid}:${uid}`, '--ipc=private', '--cgroupns=private', '--hostname=mcp'],
    '--log-driver=none',
  ]
}

function limitFlags({ limits, fs }: SandboxProfile): string[] {
  const { memory, pids, cpu, files, fileSize, cpuSeconds } = limits
  const inMemory = (at: string, bytes: number, more = '') =>
    `--tmpfs=${at}:rw,nosuid,nodev,size=${bytes}${more}`
  return [
    ...[`--memory=${memory}b`, `--memory-swap=${memory}b`, `--pids-limit=${pids}`, `--cpus=${cpu}`],
    ...[`--ulimit=nofile=${files}:${files}`, `--ulimit=fsize=${fileSize}:${fileSize}`],
    '--ulimit=core=0:0',
    ...(cpuSeconds === undefined ? [] : [`--ulimit=cpu=${cpuSeconds}:${cpuSeconds + 1}`]),
    `--shm-size=${fs.shm}b`,
    inMemory('/tmp', fs.tmp, ',mode=1777'),
    inMemory(HOME, fs.home, ',mode=0777'),
  ]
}

function mountFlags(plan: BackendPlan): string[] {
  const { server } = plan.launch
  const bind = (from: string, to: string, readonly: boolean): string => {
    const source = plain(server, `path \`${from}\``, reachable(server, from), ',"')
    const target = plain(server, `path \`${to}\``, to, ',"')
    return `--mount=type=bind,src=${source},dst=${target}${readonly ? ',readonly' : ''}`
  }
  const masked = plan.masks.map(({ kind, from, target }) => {
    if (kind === 'hide-file')
      return `--mount=type=bind,src=/dev/null,dst=${toPlain(server, target)},readonly`
    if (kind === 'hide-folder') return `--tmpfs=${toPlain(server, target)}:ro,size=${MIB},mode=0000`
    return bind(from, target, kind === 'protect')
  })
  return [...mountsOf(plan).map(({ from, to, writable }) => bind(from, to, !writable)), ...masked]
}

function toPlain(server: string, path: string): string {
  return plain(server, `path \`${path}\``, path, ',":')
}

function reachable(server: string, from: string): string {
  const path = posix.normalize(from).replace(/(?<=.)\/$/, '')
  if (path.startsWith('/') && !MACHINE.includes(path) && !ENGINE_SOCKET.test(path)) return path
  throw refusal({
    ...{ server, reason: 'path_refused', why: `path \`${from}\` leads to the machine itself` },
    fix: 'mount a folder below it',
  })
}

function networkFlags({ launch: { server, profile }, proxy }: BackendPlan): string[] {
  if (profile.network.mode === 'none') return ['--network=none']
  if (profile.network.mode === 'unrestricted') return ['--network=bridge']
  if (proxy === undefined) {
    const fix = 'use the backend `bwrap`, or set `network.mode: none`'
    throw refuse(server, 'no proxy keeps its allowlist for containers', fix)
  }
  const network = plain(server, 'the network', proxy.network, ':,=')
  if (['host', 'bridge', 'default', 'none'].includes(network) || network.startsWith('container')) {
    throw refuse(server, `network \`${network}\` is no internal one`, 'name an internal network')
  }
  return [`--network=${network}`, `--dns=${plain(server, 'the proxy', proxy.host)}`]
}

/**
 * The text of the file of variables. It goes with the container's start and is readable by its owner only.
 *
 * @throws GatewayError `sandbox_unavailable` for a variable that such a file cannot hold.
 */
export function variablesFile({ launch, proxy }: BackendPlan): string {
  const { server, env, profile } = launch
  const around = profile.network.mode === 'allowlist' && proxy !== undefined
  const all = {
    ...{ HOME, TMPDIR: '/tmp', LANG: 'C.UTF-8' },
    ...(around ? proxyVariables(proxy) : {}),
    ...env,
  }
  return Object.entries(all)
    .map(([name, value]) => {
      if (VARIABLE.test(name) && !/[\r\n\0]/.test(value)) return `${name}=${value}\n`
      const fix = 'use the backend `bwrap`, or hand it over as a file'
      throw refuse(server, `variable \`${name}\` fits into no file of variables`, fix)
    })
    .join('')
}

/** How well each control holds in a container. */
export function containerInForce({ network }: SandboxProfile): readonly InForce[] {
  const hard = (control: InForce['control'], by: string): InForce => ({
    ...{ control, strength: 'hard', by },
  })
  return [
    hard('identity', 'user and capabilities of the container'),
    hard('files', 'root of the container, read-only'),
    network.mode === 'unrestricted'
      ? {
          ...{ control: 'network', strength: 'none', by: 'bridge of the engine' },
          fix: 'name its hosts in `sandbox.network.allow`',
        }
      : hard('network', network.mode === 'none' ? 'no network' : 'internal network with a proxy'),
    hard('syscalls', 'seccomp'),
    hard('processes', 'pid namespace, pids limit'),
    hard('memory', 'memory limit of the container'),
    hard('cpu', 'processor limit of the container'),
    hard('file-size', 'RLIMIT_FSIZE'),
    hard('open-files', 'RLIMIT_NOFILE'),
    hard('environment', 'container'),
    {
      ...{ control: 'lifetime', strength: 'soft', by: 'end of input, and `kill` by name' },
      fix: 'an engine keeps a container whose gateway was killed until the server ends with its input',
    },
  ]
}
