/** What is known of a value before there is one. */
export type ValueType =
  | { readonly kind: 'string'; readonly words?: readonly string[] }
  | { readonly kind: 'long' | 'boolean' | 'decimal' }
  | { readonly kind: 'set'; readonly element: ValueType }
  | RecordType
  /** Anything: Cedar's types cannot say what it is. */
  | { readonly kind: 'opaque' }

export interface RecordType {
  readonly kind: 'record'
  readonly members: ReadonlyMap<string, MemberType>
  /** Whether there may be members besides those that are named. */
  readonly open: boolean
}

export interface MemberType {
  readonly type: ValueType
  readonly required: boolean
}

export const OPAQUE: ValueType = { kind: 'opaque' }
export const STRING: ValueType = { kind: 'string' }
export const LONG: ValueType = { kind: 'long' }
export const BOOLEAN: ValueType = { kind: 'boolean' }
export const DECIMAL: ValueType = { kind: 'decimal' }
export const STRINGS: ValueType = { kind: 'set', element: STRING }

/** A closed record. Names that end in `?` may be absent. */
export function recordType(members: Readonly<Record<string, ValueType>>): RecordType {
  return {
    kind: 'record',
    open: false,
    members: new Map(
      Object.entries(members).map(([name, type]) => [
        name.replace(/\?$/, ''),
        { type, required: !name.endsWith('?') },
      ]),
    ),
  }
}

/** Whether a value of the type is compared as a whole with something that Cedar cannot type. */
export function hidesOpaque(type: ValueType): boolean {
  if (type.kind === 'opaque') return true
  if (type.kind === 'set') return hidesOpaque(type.element)
  if (type.kind !== 'record') return false
  return type.open || type.members.values().some(({ type: inner }) => hidesOpaque(inner))
}

/** The type that values of all these types have. Records are joined member by member. */
export function joinTypes(types: readonly ValueType[]): ValueType {
  const [first, ...others] = types
  return first === undefined ? OPAQUE : others.reduce(joinTwo, first)
}

function joinTwo(left: ValueType, right: ValueType): ValueType {
  if (left.kind === 'record' && right.kind === 'record') return joinRecords(left, right)
  if (left.kind === 'set' && right.kind === 'set') {
    return { kind: 'set', element: joinTwo(left.element, right.element) }
  }
  if (left.kind === 'string' && right.kind === 'string') {
    if (left.words === undefined || right.words === undefined) return STRING
    return { kind: 'string', words: [...new Set([...left.words, ...right.words])] }
  }
  return left.kind === right.kind ? left : OPAQUE
}

/** What only one of them has may be absent in the other. */
function joinRecords(left: RecordType, right: RecordType): RecordType {
  const names = new Set([...left.members.keys(), ...right.members.keys()])
  const members = [...names].map((name) => {
    const [mine, theirs] = [left.members.get(name), right.members.get(name)]
    const found = [mine, theirs].filter((member) => member !== undefined)
    // An open record may hold the other's member with any value.
    const foreign = (mine === undefined && left.open) || (theirs === undefined && right.open)
    const type = foreign ? OPAQUE : joinTypes(found.map(({ type }) => type))
    const required = found.length === 2 && found.every((member) => member.required)
    return [name, { type, required }] as const
  })
  return { kind: 'record', members: new Map(members), open: left.open || right.open }
}

/** A record with only the members that some paths name. What lies at the end of a path is whole. */
export function pruneRecord(type: RecordType, paths: readonly (readonly string[])[]): RecordType {
  const kept = [...type.members].flatMap(([name, member]) => {
    const beneath = paths.filter((path) => path[0] === name).map((path) => path.slice(1))
    if (beneath.length === 0) return []
    const isWhole = member.type.kind !== 'record' || beneath.some((path) => path.length === 0)
    const inner =
      member.type.kind === 'record' && !isWhole ? pruneRecord(member.type, beneath) : member.type
    return [[name, { ...member, type: inner }] as const]
  })
  return { ...type, members: new Map(kept) }
}

/** A text that types share exactly when they are written alike. */
export function typeKey(type: ValueType): string {
  return JSON.stringify(type, (_, value: unknown) => (value instanceof Map ? [...value] : value))
}
