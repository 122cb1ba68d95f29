import type { Allowlist } from './allowlist.ts'

/** Names under allowed suffixes that have an address at a time. */
const MAX_NAMES = 4_096
/** 127.64.0.0 to 127.127.255.255, without last parts that programs take for a network or a broadcast. */
const PER_LAST = 254
const ADDRESSES = 64 * 256 * PER_LAST

/** Addresses on loopback that stand for allowed names inside the network namespace of one server. */
export interface Names {
  /** The address for a name; undefined when it is not allowed. */
  address(name: string): string | undefined
  /** The name that an address was given out for, and still stands for. */
  name(address: string): string | undefined
  readonly size: number
}

/** Names that rules spell out keep their address. Of those under a suffix, the ones used last do. */
export function openNames(allowed: Allowlist, maxNames: number = MAX_NAMES): Names {
  const kept = new Map<string, string>()
  const recent = new Map<string, string>()
  const nameOf = new Map<string, string>()
  let next = 0
  const draw = (name: string): string => {
    let address: string
    do {
      address = addressAt(next)
      next = (next + 1) % ADDRESSES
    } while (nameOf.has(address))
    nameOf.set(address, name)
    return address
  }
  const refreshed = (name: string): string => {
    const address = recent.get(name) ?? draw(name)
    recent.delete(name)
    recent.set(name, address)
    const [oldest] = recent
    if (recent.size > maxNames && oldest !== undefined) {
      recent.delete(oldest[0])
      nameOf.delete(oldest[1])
    }
    return address
  }
  return {
    address(name) {
      const how = allowed.knows(name)
      if (how === 'suffix') return refreshed(name)
      if (how === 'exact' && !kept.has(name)) kept.set(name, draw(name))
      return kept.get(name)
    },
    name(address) {
      const name = nameOf.get(address)
      if (name !== undefined && recent.has(name)) refreshed(name)
      return name
    },
    get size() {
      return nameOf.size
    },
  }
}

function addressAt(index: number): string {
  const upper = Math.floor(index / PER_LAST)
  return `127.${64 + (upper >> 8)}.${upper & 255}.${1 + (index % PER_LAST)}`
}
