import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type ControlGroup, groupName, type Limits, readEvents } from './control-group.ts'
import { CONTROLLERS, type Controller, type Hierarchy, hierarchies } from './hierarchies.ts'

const run = promisify(execFile)

const TIMEOUT = 5_000
const LOOKS = 100
const LOOK_WAIT = 20
const MICROSECONDS = 1_000_000

/** Which systemd to ask: that of the machine, or that of this user. */
export type SystemdBus = '--system' | '--user'

/** The systemd that makes groups for this process; undefined where none runs. */
export function systemdBus(uid: number): SystemdBus | undefined {
  if (!existsSync('/run/systemd/system')) return undefined
  if (uid === 0) return '--system'
  return existsSync(`/run/user/${uid}/bus`) ? '--user' : undefined
}

/** What `busctl` is called with to put processes into a scope of their own (systemd.scope(5)). */
export function scopeCall(
  bus: SystemdBus,
  name: string,
  { memory, pids: most, cpu }: Limits,
  pids: readonly number[],
): readonly string[] {
  const properties = [
    ['PIDs', 'au', pids.length, ...pids],
    ['MemoryMax', 't', memory],
    ['MemorySwapMax', 't', 0],
    ['TasksMax', 't', most],
    ['CPUQuotaPerSecUSec', 't', Math.max(1, Math.round(cpu * MICROSECONDS))],
    ['CollectMode', 's', 'inactive-or-failed'],
  ]
  const manager = 'org.freedesktop.systemd1'
  return [
    ...[bus, '--quiet', 'call', manager, '/org/freedesktop/systemd1', `${manager}.Manager`],
    ...['StartTransientUnit', 'ssa(sv)a(sa(sv))', `${name}.scope`, 'fail'],
    ...[String(properties.length), ...properties.flat().map(String), '0'],
  ]
}

/**
 * Has systemd put processes into a scope, and waits until they are in it. What it really bounds is read
 * from the group: a controller that systemd does not hand on is not promised.
 *
 * @throws Error when systemd does not do it.
 */
export async function openScope(
  bus: SystemdBus,
  limits: Limits,
  pids: readonly number[],
): Promise<ControlGroup> {
  const name = groupName()
  await run('busctl', [...scopeCall(bus, name, limits, pids)], {
    timeout: TIMEOUT,
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      XDG_RUNTIME_DIR: `/run/user/${process.getuid?.() ?? 0}`,
    },
  })
  const group = await groupOf(pids[0] ?? 0, name)
  return {
    controllers: group.controllers,
    by: 'systemd scope',
    events: () => readEvents([group]),
    // A scope goes with its last process.
    close: () => Promise.resolve(),
  }
}

async function groupOf(pid: number, name: string): Promise<Hierarchy> {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
  for (let look = 0; look < LOOKS; look += 1) {
    const found = hierarchies(mounts, readFileSync(`/proc/${pid}/cgroup`, 'utf8'))
    const group = found.find(({ version, folder }) => version === 2 && folder.includes(name))
    if (group !== undefined) {
      return { ...group, controllers: CONTROLLERS.filter((one) => isSet(group.folder, one)) }
    }
    await wait(LOOK_WAIT)
  }
  throw new Error('systemd made no scope')
}

function isSet(folder: string, controller: Controller): boolean {
  try {
    return !readFileSync(join(folder, `${controller}.max`), 'latin1').startsWith('max')
  } catch {
    return false
  }
}
