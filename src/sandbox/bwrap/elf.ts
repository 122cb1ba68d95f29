/** What a program says that it needs before its first instruction (elf(5), ld.so(8)). */
export interface ElfNeeds {
  /** The loader, absolute; undefined for a library. */
  readonly interpreter: string | undefined
  /** Names of libraries. */
  readonly libraries: readonly string[]
  /** Folders to look in first; `$ORIGIN` is that of the file itself. */
  readonly folders: readonly string[]
}

const MAGIC = 0x7f454c46
const PT_LOAD = 1
const PT_DYNAMIC = 2
const PT_INTERP = 3
const DT_NEEDED = 1
const DT_STRTAB = 5
const DT_RPATH = 15
const DT_RUNPATH = 29
// Entries of each table that are looked at.
const MOST = 4_096

interface Segment {
  readonly type: number
  readonly at: number
  readonly address: number
  readonly size: number
}

/**
 * Reads what a program of this kind of machine needs: 64 bits, little endian.
 *
 * @throws RangeError when it is no such file, or says what lies outside of it.
 */
export function readElf(file: Buffer): ElfNeeds {
  if (file.readUInt32BE(0) !== MAGIC || file[4] !== 2 || file[5] !== 1) {
    throw new RangeError('no program of 64 bits, little endian')
  }
  const segments = segmentsOf(file)
  const interpreted = segments.find(({ type }) => type === PT_INTERP)
  const entries = dynamicOf(file, segments)
  const strings = entries.find(([tag]) => tag === DT_STRTAB)?.[1]
  const named = (tag: number): string[] =>
    strings === undefined
      ? []
      : entries
          .filter(([each]) => each === tag)
          .map(([, offset]) => textAt(file, fileOffset(segments, strings) + offset))
  return {
    interpreter: interpreted && textAt(file, interpreted.at),
    libraries: named(DT_NEEDED),
    folders: [...named(DT_RUNPATH), ...named(DT_RPATH)].flatMap((list) => list.split(':')),
  }
}

function segmentsOf(file: Buffer): readonly Segment[] {
  const start = whole(file.readBigUInt64LE(32))
  const [size, count] = [file.readUInt16LE(54), file.readUInt16LE(56)]
  return Array.from({ length: Math.min(count, MOST) }, (_, index) => {
    const at = start + index * size
    return {
      type: file.readUInt32LE(at),
      at: whole(file.readBigUInt64LE(at + 8)),
      address: whole(file.readBigUInt64LE(at + 16)),
      size: whole(file.readBigUInt64LE(at + 32)),
    }
  })
}

function dynamicOf(file: Buffer, segments: readonly Segment[]): (readonly [number, number])[] {
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC)
  if (dynamic === undefined) return []
  const count = Math.min(Math.floor(dynamic.size / 16), MOST)
  return Array.from({ length: count }, (_, index) => {
    const at = dynamic.at + index * 16
    return [Number(file.readBigUInt64LE(at)), Number(file.readBigUInt64LE(at + 8))] as const
  })
}

function fileOffset(segments: readonly Segment[], address: number): number {
  const within = segments.find(
    (each) =>
      each.type === PT_LOAD && address >= each.address && address < each.address + each.size,
  )
  if (within === undefined) throw new RangeError('an address that is not in the file')
  return within.at + address - within.address
}

function textAt(file: Buffer, at: number): string {
  const end = file.indexOf(0, at)
  if (at < 0 || end < 0 || end - at > MOST) throw new RangeError('a text that does not end')
  return file.toString('utf8', at, end)
}

function whole(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError('a number that is too large')
  return Number(value)
}
