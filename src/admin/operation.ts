import { z } from 'zod'
import { GatewayError } from '../kernel/errors.ts'
import type { Permission } from '../kernel/role.ts'
import type { Caller } from './caller.ts'
import type { Acting, Administration } from './ports.ts'

/** What an operation works with. */
export interface Site extends Acting {
  readonly administration: Administration
  /** Who asks, and what they may. */
  readonly caller: Caller
}

type Input = z.ZodObject
type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

/** One thing that people do to the gateway. The table of these is what the API is, and what describes it. */
export interface Operation<
  Id extends string = string,
  I extends Input = Input,
  O extends z.ZodType = z.ZodType,
> {
  /** Stable, such as `users.list`. */
  readonly id: Id
  readonly method: Method
  /** Below the root of the API; `{name}` stands for the member `name` of the input. */
  readonly path: string
  readonly summary: string
  /** What the caller's roles must allow. */
  readonly needs: Permission
  /** The least scope of a token: `read` to look, `write` to change. */
  readonly level: 'read' | 'write'
  readonly status: 200 | 201
  /** Bytes that a body can have; 64 KiB if not given. */
  readonly bytes?: number
  /** The member of the input that names what version is changed: `If-Match` may say it, too. */
  readonly version?: string
  /** Members of the path, and of the query (GET, DELETE) or the body. */
  readonly input: I
  /** What may leave: members that do not stand here do not. */
  readonly output: O
  /** @param input as the schema gave it. */
  readonly run: (site: Site, input: never) => Promise<unknown>
}

interface Defined<I extends Input, O extends z.ZodType> {
  readonly summary: string
  readonly needs: Permission
  readonly status?: 201
  readonly bytes?: number
  readonly version?: keyof z.output<I> & string
  readonly input: I
  readonly output: O
  readonly run: (site: Site, input: z.output<I>) => Promise<z.input<O>>
}

/** Defines an operation by its id and a line such as `GET /users/{id}`. */
export function operation<Id extends string, I extends Input, O extends z.ZodType>(
  id: Id,
  line: `${Method} /${string}`,
  { status = 200 as 200 | 201, ...rest }: Omit<Defined<I, O>, 'status'> & { status?: 200 | 201 },
): Operation<Id, I, O> {
  const [method, path] = line.split(' ') as [Method, string]
  return { id, method, path, level: method === 'GET' ? 'read' : 'write', status, ...rest }
}

/** Texts are bounded before anything looks at them. */
export const text = (most = 512) => z.string().min(1).max(most)
/** Ids of users, agents, clients, grants and keys. A client's may be the address of its document. */
export const id = text(2_048).regex(/^\P{Cc}+$/u, 'an id has no control characters')
export const texts = (most = 200) => z.array(text()).max(most)

/** A moment in ISO 8601, as milliseconds since the epoch inside. */
export const moment = z.iso
  .datetime({ offset: true })
  .transform((written) => Date.parse(written))
  .refine(Number.isSafeInteger)

/** How a moment leaves. */
export const time = z.iso.datetime()

export function timeOf(at: number): string {
  return new Date(at).toISOString()
}

/** Members with a moment that may be missing. */
export function times<K extends string>(
  members: Readonly<Record<K, number | undefined>>,
): { [Name in K]?: string } {
  const given = Object.entries<number | undefined>(members).filter(([, at]) => at !== undefined)
  return Object.fromEntries(given.map(([name, at]) => [name, timeOf(at as number)])) as never
}

/** Of users, agents and clients. */
export const status = z.enum(['active', 'disabled'])
/** A public JSON Web Key (RFC 7517). */
export const publicKey = z.record(z.string().max(64), z.json())

/** What lists take: how many, and where the page before ended. */
export const paging = {
  limit: z
    .string()
    .regex(/^\d{1,4}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(200))
    .optional(),
  cursor: z.string().max(4_096).optional(),
}

export const flag = z.enum(['true', 'false']).transform((word) => word === 'true')

/** Leaves out members that are undefined, which are not the same as absent ones. */
export function given<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const there = Object.entries(members).filter(([, value]) => value !== undefined)
  return Object.fromEntries(there) as never
}

/** @throws GatewayError `item_unknown`. */
export function found<T>(what: string, item: T | undefined): T {
  if (item === undefined) throw new GatewayError('item_unknown', `there is no such ${what}`)
  return item
}

export function invalid(message: string): GatewayError {
  return new GatewayError('params_invalid', message)
}

const AFTER = /^[\w-]{1,4096}$/
const DEFAULT_LIMIT = 50

/** A page of a list that goes on after an id. */
export async function pageById<T extends { readonly id: string }>(
  { limit = DEFAULT_LIMIT, cursor }: { readonly limit?: number; readonly cursor?: string },
  list: (part: { readonly limit: number; readonly after?: string }) => Promise<readonly T[]>,
): Promise<{ readonly items: readonly T[]; readonly next?: string }> {
  if (cursor !== undefined && !AFTER.test(cursor)) throw invalid('`cursor` is not one of this list')
  const after = cursor === undefined ? {} : { after: Buffer.from(cursor, 'base64url').toString() }
  if (after.after?.includes('\0') === true) throw invalid('`cursor` is not one of this list')
  const rows = await list({ limit: limit + 1, ...after })
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  if (rows.length <= limit || last === undefined) return { items }
  return { items, next: Buffer.from(last.id).toString('base64url') }
}

/** A list as it leaves. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().optional() })
