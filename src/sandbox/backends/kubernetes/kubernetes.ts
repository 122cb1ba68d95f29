import type { InForce } from '../../../kernel/sandbox.ts'
import { refusal } from '../../refusal.ts'
import { imageOf } from '../container/container-arguments.ts'
import { type BackendPlan, labelOf, mountsOf, plain, proxyVariables } from '../plan.ts'

const HOME = '/home/mcp'
/** Labels of the gateway's and the proxy's own pods, by which the rules know them. */
const PROXY_LABELS = { 'app.kubernetes.io/name': 'bailiwick-egress' }
const PROXY_PORT = 3_128

/** Objects for one server, as `kubectl apply` takes them. */
export interface KubernetesObjects {
  readonly pod: object
  readonly networkPolicy: object
  /** What has to be there besides, in plain words. */
  readonly notes: readonly string[]
}

/**
 * A pod that meets the restricted Pod Security Standard, and a rule that leaves it no network but the proxy.
 * Folders of the gateway's machine are claims here: a path of a node would open the node. Values of
 * variables stand in a secret.
 *
 * @throws GatewayError `sandbox_unavailable` for what cannot be handed on.
 */
export function kubernetesObjects(plan: BackendPlan): KubernetesObjects {
  const name = labelOf(plan.launch.server)
  const metadata = {
    name,
    labels: { 'app.kubernetes.io/managed-by': 'bailiwick', bailiwick: name },
  }
  return {
    pod: { apiVersion: 'v1', kind: 'Pod', metadata, spec: podSpec(plan, name) },
    networkPolicy: {
      ...{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata },
      spec: {
        podSelector: { matchLabels: { bailiwick: name } },
        policyTypes: ['Ingress', 'Egress'],
        // Its streams are attached through the cluster's own interface, which no such rule is about.
        ingress: [],
        egress: egressRules(plan),
      },
    },
    notes: notesOf(plan, name),
  }
}

function podSpec(plan: BackendPlan, name: string): object {
  const { profile } = plan.launch
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    hostUsers: false,
    hostNetwork: false,
    hostPID: false,
    hostIPC: false,
    ...(profile.network.mode === 'unrestricted'
      ? {}
      : { dnsPolicy: 'None', dnsConfig: { nameservers: ['127.0.0.1'] } }),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: nonRoot(plan),
      runAsGroup: nonRoot(plan),
      fsGroup: nonRoot(plan),
      seccompProfile: { type: 'Localhost', localhostProfile: `bailiwick/${name}.json` },
    },
    containers: [container(plan, name)],
    volumes: [
      ...scratch(plan).map(({ volume, size }) => ({ name: volume, emptyDir: sized(volume, size) })),
      ...mountsOf(plan).map(({ writable }, index) => ({
        name: `mount-${index}`,
        persistentVolumeClaim: { claimName: `${name}-${index}`, readOnly: !writable },
      })),
    ],
  }
}

function nonRoot({ uid, launch: { server } }: BackendPlan): number {
  if (uid > 0) return uid
  const why = 'it would run as root of its pod'
  throw refusal({ server, reason: 'refuse_host_root', why, fix: 'set `runAs`' })
}

function container(plan: BackendPlan, name: string): object {
  const { server, command, cwd, env, profile } = plan.launch
  const { memory, cpu } = profile.limits
  const bounds = { memory: String(memory), cpu: `${Math.max(1, Math.round(cpu * 1_000))}m` }
  const storage = {
    'ephemeral-storage': String(scratch(plan).reduce((sum, { size }) => sum + size, 0)),
  }
  return {
    name: 'server',
    image: imageOf(plan),
    imagePullPolicy: 'IfNotPresent',
    command: command.map(unexpanded),
    workingDir: plain(server, 'its folder', cwd ?? HOME),
    stdin: true,
    stdinOnce: true,
    tty: false,
    env: [
      ...fixedVariables(plan).map(([key, value]) => ({ name: key, value })),
      ...Object.keys(env).map((key) => ({ name: key, valueFrom: { secretKeyRef: { name, key } } })),
    ],
    securityContext: {
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    resources: { limits: { ...bounds, ...storage }, requests: { memory: '64Mi', cpu: '10m' } },
    volumeMounts: [
      ...scratch(plan).map(({ volume, path }) => ({ name: volume, mountPath: path })),
      ...mountsOf(plan).map(({ to, writable }, index) => ({
        name: `mount-${index}`,
        mountPath: plain(server, `path \`${to}\``, to, ':'),
        readOnly: !writable,
      })),
    ],
  }
}

/** `$(NAME)` would be replaced by the value of a variable. */
function unexpanded(argument: string): string {
  return argument.replaceAll('$', '$$$$')
}

function fixedVariables({ launch, proxy }: BackendPlan): [string, string][] {
  const through = launch.profile.network.mode === 'allowlist'
  const place = proxy ?? { network: '', host: 'bailiwick-egress', port: PROXY_PORT }
  const all = {
    ...{ HOME, TMPDIR: '/tmp', LANG: 'C.UTF-8' },
    ...(through ? proxyVariables(place) : {}),
  }
  return Object.entries(all).filter(([name]) => !Object.hasOwn(launch.env, name))
}

interface Scratch {
  readonly volume: string
  readonly path: string
  readonly size: number
}

function scratch({ launch: { profile } }: BackendPlan): readonly Scratch[] {
  return [
    { volume: 'tmp', path: '/tmp', size: profile.fs.tmp },
    { volume: 'home', path: HOME, size: profile.fs.home },
    { volume: 'shm', path: '/dev/shm', size: profile.fs.shm },
  ]
}

function sized(volume: string, size: number): object {
  return { sizeLimit: String(size), ...(volume === 'shm' ? { medium: 'Memory' } : {}) }
}

function egressRules({ launch: { profile }, proxy }: BackendPlan): object[] {
  if (profile.network.mode === 'none') return []
  if (profile.network.mode === 'unrestricted') return [{}]
  const ports = [{ protocol: 'TCP', port: proxy?.port ?? PROXY_PORT }]
  return [{ to: [{ podSelector: { matchLabels: PROXY_LABELS } }], ports }]
}

function notesOf(plan: BackendPlan, name: string): readonly string[] {
  const { env, profile } = plan.launch
  const keys = Object.keys(env)
  return [
    `a filter of system calls on each node: seccomp/bailiwick/${name}.json below the kubelet's folder`,
    'a network plugin that puts NetworkPolicy in force',
    ...mountsOf(plan).map(
      ({ from, to }, index) => `a claim ${name}-${index} with what is in ${from}, seen at ${to}`,
    ),
    ...(keys.length === 0 ? [] : [`a secret ${name} with the keys ${keys.join(', ')}`]),
    ...(profile.network.mode === 'allowlist'
      ? [
          `a proxy in a pod of this namespace with the label ${Object.entries(PROXY_LABELS)[0]?.join('=')},` +
            ' and a rule that nothing but it may leave: names are kept there, since NetworkPolicy knows none',
          `its list for this server: ${profile.network.allow.map(({ host, ports }) => `${host}:${ports.join('/')}`).join(', ')}`,
        ]
      : []),
    ...[...profile.fs.protect, ...profile.fs.hide].map(
      (path) => `${path}: not held back here, so leave it out of the claims`,
    ),
  ]
}

/** How well each control holds in a pod. */
export function kubernetesInForce({ launch: { profile } }: BackendPlan): readonly InForce[] {
  const hard = (control: InForce['control'], by: string): InForce => ({
    ...{ control, strength: 'hard', by },
  })
  const none = (control: InForce['control'], fix: string): InForce => ({
    ...{ control, strength: 'none', by: 'nothing in a pod', fix },
  })
  const named = profile.fs.protect.length + profile.fs.hide.length > 0
  return [
    hard('identity', 'user namespace of the pod, no capabilities'),
    named
      ? {
          ...{ control: 'files', strength: 'soft', by: 'claims and a read-only root' },
          fix: 'leave out of the claims what `protect` and `hide` name',
        }
      : hard('files', 'claims and a read-only root'),
    profile.network.mode === 'unrestricted'
      ? none('network', 'name its hosts in `sandbox.network.allow`')
      : hard('network', 'NetworkPolicy'),
    hard('syscalls', 'seccomp'),
    none('processes', 'set `podPidsLimit` of the kubelet'),
    hard('memory', 'memory limit of the container'),
    hard('cpu', 'processor limit of the container'),
    none('file-size', 'the sizes of its volumes bound it'),
    none('open-files', 'set it for the container runtime of the node'),
    hard('environment', 'container'),
    {
      ...{ control: 'lifetime', strength: 'soft', by: 'end of input' },
      fix: 'delete the pod with its session',
    },
  ]
}
