import type { InForce, SandboxDenial, SandboxProfile, SandboxWatch } from '../../kernel/sandbox.ts'
import { type ControlGroup, type Limits, openGroup } from './control-group.ts'
import { limitsInForce } from './in-force.ts'
import { endTree, leavesOf, treesAreTold } from './process-tree.ts'
import { openScope, systemdBus } from './systemd-scope.ts'
import { usableGroups } from './usable-groups.ts'
import { watchCpu } from './watch-cpu.ts'
import { watchFolder } from './watch-folder.ts'
import { type Watch, watchMemory } from './watch-memory.ts'

/** What holds the limits of one running server from outside. */
export interface Bounds {
  readonly inForce: readonly InForce[]
  /** Ends the watch, and removes what was made for it. */
  free(): void
}

/** Bounds the processes of servers from outside, as well as this machine allows. */
export interface LimitKeeper {
  /**
   * Puts bounds on the tree of a process, whose last member is the one that becomes the server. What that
   * one starts later is bound as well; so this comes before its first instruction. Never rejects: what cannot be bound is in `inForce`.
   */
  bound(server: string, pid: number, profile: SandboxProfile): Promise<Bounds>
}

/** Milliseconds between two looks at what a group refused. */
const PERIOD = 1_000
const MIB = 2 ** 20
/** Bytes that a server may keep in its folder. */
const STATE_BYTES = 2 * 2 ** 30

/** Finds out what this machine has, once. */
export function openLimits(watch: SandboxWatch): LimitKeeper {
  const groups = groupsHere()
  const watched = treesAreTold()
  return {
    async bound(server, pid, { limits, fs }) {
      const openAround = await groups
      const group = await openAround(limits, () => leavesOf(pid))
      const held = group?.controllers ?? []
      const words = wordsOf(server, limits)
      const watches: Watch[] = []
      if (!held.includes('memory')) {
        watches.push(watchMemory(pid, limits.memory, () => watch.denied(words.memory)))
      }
      if (!held.includes('cpu')) {
        watches.push(watchCpu(pid, limits.cpu, () => watch.denied(words.cpu)))
      }
      if (group !== undefined) watches.push(watchGroup(group, words, watch))
      if (fs.state !== undefined) watches.push(watchState(pid, fs.state, server, watch))
      return {
        inForce: limitsInForce({ controllers: held, by: group?.by ?? '', watched }),
        free() {
          for (const each of watches) each.close()
          void group?.close()
        },
      }
    },
  }
}

type OpenAround = (
  limits: Limits,
  list: () => readonly number[],
) => Promise<ControlGroup | undefined>

/** The best way to make groups here: of two that work, the one that asks nobody. */
async function groupsHere(): Promise<OpenAround> {
  const uid = process.getuid?.() ?? 0
  const bus = systemdBus(uid)
  // Where systemd runs, what root finds in its groups is systemd's to arrange.
  const trees = bus === '--system' ? [] : await usableGroups()
  return async (limits, list) => {
    try {
      if (trees.length > 0) return await openGroup(trees, limits, list)
      return bus === undefined ? undefined : await openScope(bus, limits, list())
    } catch {
      return undefined
    }
  }
}

interface Words {
  readonly memory: SandboxDenial
  readonly cpu: SandboxDenial
  readonly pids: SandboxDenial
}

function wordsOf(server: string, { memory, cpu, pids }: Limits): Words {
  const denial = (op: string, target: string, reason: string, twice: string): SandboxDenial => ({
    ...{ server, layer: 'limit', op, target, reason },
    suggestion: `servers.${server}.sandbox.limits.${op}: ${twice}`,
  })
  const mebibytes = (bytes: number) => `${Math.ceil(bytes / MIB)}MiB`
  return {
    memory: denial('memory', mebibytes(memory), 'ended-over-limit', mebibytes(2 * memory)),
    cpu: denial('cpu', String(cpu), 'slowed-over-limit', String(2 * cpu)),
    pids: denial('pids', String(pids), 'refused-over-limit', String(2 * pids)),
  }
}

/** Tells when a group held something back, once for each that it can. */
function watchGroup(group: ControlGroup, words: Words, watch: SandboxWatch): Watch {
  const left = new Set(['memory', 'pids'] as const)
  const look = () => {
    const events = group.events()
    for (const one of left) {
      if (events[one] === 0) continue
      left.delete(one)
      watch.denied(words[one])
    }
    if (left.size === 0) clearInterval(timer)
  }
  const timer = setInterval(look, PERIOD)
  timer.unref()
  return {
    close() {
      clearInterval(timer)
      // What ended the server was a moment ago.
      look()
    },
  }
}

function watchState(pid: number, folder: string, server: string, watch: SandboxWatch): Watch {
  const own = watchFolder(folder, STATE_BYTES, () => {
    own.close()
    endTree(pid)
    const target = `${STATE_BYTES / MIB}MiB`
    watch.denied({ server, layer: 'limit', op: 'state', target, reason: 'ended-over-limit' })
  })
  return own
}
