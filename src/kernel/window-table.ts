import { hash, randomBytes } from 'node:crypto'

/** Bits of the filter for each window: so many fewer texts are looked up that do not stand in the table. */
const BITS_EACH = 16
const LEAST_BITS = 1 << 14

const KEY = randomBytes(32)
/** An odd number nobody else knows, so that nobody can write texts that look like what is watched. */
const BASE = randomBytes(4).readInt32LE() | 1
const MIX = randomBytes(4).readInt32LE() | 1

/** A keyed fingerprint of 48 bits: it tells nothing of a text to who cannot guess the text. */
export function fingerprintOf(text: string): number {
  const bytes = Buffer.allocUnsafe(KEY.length + text.length * 2)
  bytes.set(KEY)
  bytes.write(text, KEY.length, 'utf16le')
  return hash('sha256', bytes, 'buffer').readUIntBE(0, 6)
}

/** All members of one window's text. */
export interface Group<Member> {
  readonly fingerprint: number
  /** UTF-16 code units of what was fingerprinted: as many as roll by, or more. */
  readonly length: number
  readonly members: Member[]
}

/** Takes a place where a group's text stands. True: that is enough. */
type Found<Member> = (start: number, group: Group<Member>) => boolean

/** Fingerprints of texts that begin with a window of one width. */
export interface WindowTable<Member> {
  /** Returns the number by which it is removed. */
  add(text: string, member: Member): number
  remove(rolling: number, member: Member): void
  /**
   * Calls back with each place of the text where one of them stands, in order, until it answers true.
   * Time grows with the text, and not with what is in the table.
   */
  scan(text: string, found: Found<Member>): boolean
}

/** Makes an empty table for windows of so many UTF-16 code units. */
export function windowTable<Member>(width: number): WindowTable<Member> {
  const groups = new Map<number, Group<Member>[]>()
  const filter = bitFilter()
  let out = 1
  for (let index = 0; index < width; index++) out = Math.imul(out, BASE)

  const rollingOf = (text: string): number => {
    let rolling = 0
    for (let index = 0; index < width; index++)
      rolling = (Math.imul(rolling, BASE) + text.charCodeAt(index)) | 0
    return rolling
  }
  const foundAt = (text: string, start: number, rolling: number, found: Found<Member>): boolean => {
    for (const group of groups.get(rolling) ?? []) {
      const end = start + group.length
      if (end > text.length) continue
      if (fingerprintOf(text.slice(start, end)) !== group.fingerprint) continue
      if (found(start, group)) return true
    }
    return false
  }
  return {
    add(text, member) {
      const rolling = rollingOf(text)
      const fingerprint = fingerprintOf(text)
      const same = groups.get(rolling) ?? []
      const group = same.find((one) => one.fingerprint === fingerprint)
      if (group !== undefined) {
        group.members.push(member)
        return rolling
      }
      const one = { fingerprint, length: text.length, members: [member] }
      groups.set(rolling, [...same, one])
      filter.mark(rolling, groups)
      return rolling
    },
    remove(rolling, member) {
      const known = groups.get(rolling) ?? []
      for (const { members } of known) {
        const index = members.indexOf(member)
        if (index !== -1) members.splice(index, 1)
      }
      const left = known.filter(({ members }) => members.length > 0)
      if (left.length === 0) groups.delete(rolling)
      else if (left.length < known.length) groups.set(rolling, left)
    },
    scan(text, found) {
      if (groups.size === 0 || text.length < width) return false
      const last = width - 1
      let rolling = rollingOf(text)
      if (filter.may(rolling) && foundAt(text, 0, rolling, found)) return true
      for (let index = width; index < text.length; index++) {
        rolling =
          (Math.imul(rolling, BASE) +
            text.charCodeAt(index) -
            Math.imul(out, text.charCodeAt(index - width))) |
          0
        if (filter.may(rolling) && foundAt(text, index - last, rolling, found)) return true
      }
      return false
    },
  }
}

/** Says of most numbers that were not marked that they were not. */
function bitFilter() {
  let bits = new Int32Array(LEAST_BITS / 32)
  let shift = 32 - Math.log2(LEAST_BITS)
  let marked = 0
  const mark = (rolling: number): void => {
    const bit = Math.imul(rolling, MIX) >>> shift
    bits[bit >>> 5] = (bits[bit >>> 5] ?? 0) | (1 << (bit & 31))
    marked += 1
  }
  return {
    may: (rolling: number): boolean => {
      const bit = Math.imul(rolling, MIX) >>> shift
      return ((bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0
    },
    mark(rolling: number, all: ReadonlyMap<number, unknown>): void {
      mark(rolling)
      if (marked * BITS_EACH < bits.length * 32) return
      // Marks of what was removed stay until now: they only cost a look.
      const wanted = Math.log2(Math.max(LEAST_BITS, all.size * BITS_EACH * 2))
      const size = Math.min(Math.ceil(wanted), 30)
      bits = new Int32Array(2 ** size / 32)
      shift = 32 - size
      marked = 0
      for (const one of all.keys()) mark(one)
    },
  }
}
