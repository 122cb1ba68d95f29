import type { ServerPackage } from './package.ts'

/** How a container is started: what it may reach beyond itself. */
export interface ContainerRun {
  readonly image?: string
  readonly mounts: readonly ContainerMount[]
  readonly network: 'own' | 'none' | 'host'
  /** As whom it runs; absent: as the image says. */
  readonly user?: string
  /** Options that take the walls down, such as `--privileged`. */
  readonly weakened: readonly string[]
}

export interface ContainerMount {
  readonly from: string
  readonly readOnly: boolean
  /** The argument that says so. */
  readonly said: string
}

/** Options of `run` that stand alone; of all others the next word is the value. */
const ALONE = new Set(
  '-i -t -d -it -ti -q --rm --interactive --tty --detach --init --privileged --read-only --no-healthcheck --quiet --oom-kill-disable --sig-proxy -P --publish-all --tls-verify --replace'.split(
    ' ',
  ),
)
const WALLS = /^--(?:privileged|cap-add|device|pid|ipc|uts|userns|security-opt|network|net)$/

/** Reads `run` of docker and podman; nothing for other subcommands. */
export function containerOf(args: readonly string[]): ContainerRun | undefined {
  const at = args.indexOf('run')
  if (at < 0 || at > 4) return undefined
  const { options, image } = split(args.slice(at + 1))
  const values = (...names: readonly string[]): readonly string[] =>
    options.filter(({ name }) => names.includes(name)).map(({ value }) => value)
  const user = values('-u', '--user').at(-1)
  return {
    ...(image === undefined ? {} : { image }),
    mounts: [...values('-v', '--volume').map(volume), ...values('--mount').map(mount)].filter(
      (one) => one !== undefined,
    ),
    network: networkOf(values('--network', '--net').at(-1)),
    ...(user === undefined ? {} : { user }),
    weakened: options.filter(isWeakening).map(({ name, value }) => `${name} ${value}`.trim()),
  }
}

interface Option {
  readonly name: string
  readonly value: string
}

function split(args: readonly string[]): {
  readonly options: readonly Option[]
  readonly image?: string
} {
  const options: Option[] = []
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    if (!arg.startsWith('-')) return { options, image: arg }
    const equals = arg.indexOf('=')
    if (equals > 0) options.push({ name: arg.slice(0, equals), value: arg.slice(equals + 1) })
    else if (ALONE.has(arg)) options.push({ name: arg, value: '' })
    else {
      options.push({ name: arg, value: args[at + 1] ?? '' })
      at += 1
    }
  }
  return { options }
}

function isWeakening({ name, value }: Option): boolean {
  if (!WALLS.test(name)) return /docker\.sock|podman\.sock/.test(value)
  if (name === '--privileged') return value !== 'false'
  if (name === '--security-opt') return /unconfined|disable/.test(value)
  return /^--(?:cap-add|device)$/.test(name) || value === 'host'
}

function networkOf(value: string | undefined): ContainerRun['network'] {
  return value === 'none' || value === 'host' ? value : 'own'
}

function volume(said: string): ContainerMount | undefined {
  const [, from, , mode = ''] = /^((?:[A-Za-z]:)?[^:]+):([^:]+)(?::(.*))?$/.exec(said) ?? []
  // A name without a folder is a volume of the engine: nothing of the machine.
  if (from === undefined || !/[\\/~.$]/.test(from)) return undefined
  return { from, readOnly: mode.split(',').includes('ro'), said }
}

function mount(said: string): ContainerMount | undefined {
  const parts = said.split(',')
  const from = parts.map((part) => /^(?:src|source)=(.+)$/.exec(part)?.[1]).find((one) => one)
  if (from === undefined || !parts.includes('type=bind')) return undefined
  const readOnly = parts.some((part) => /^(?:readonly|ro)(?:=true|=1)?$/.test(part))
  return { from, readOnly, said }
}

/** The image that a container runs; floating unless named by digest, since tags move. */
export function ociOf(args: readonly string[]): ServerPackage | undefined {
  const image = containerOf(args)?.image
  if (image === undefined) return undefined
  const [tagged = '', digest] = image.split('@')
  const colon = tagged.lastIndexOf(':')
  const hasTag = colon > tagged.lastIndexOf('/')
  const name = hasTag ? tagged.slice(0, colon) : tagged
  const version = digest ?? (hasTag ? tagged.slice(colon + 1) : undefined)
  return {
    ...{ source: 'oci', name },
    ...(version === undefined ? {} : { version }),
    floating: !/^sha256:[0-9a-f]{64}$/.test(digest ?? ''),
  }
}
