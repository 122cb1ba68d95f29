import { z } from 'zod'
import { DATA_CLASSES } from '../../kernel/access.ts'
import type { Endorsement, FlowContextView } from '../../kernel/flow.ts'
import { subjectName } from '../../kernel/subject.ts'
import { given, time, timeOf } from '../operation.ts'

/** What one principal has read with one client and grant: labels and numbers, nothing that was read. */
export const contextView = z.object({
  id: z.string(),
  /** `user:id` or `agent:id`; empty where that cannot be told. */
  subject: z.string(),
  /** Agents that act, who acts last first. */
  actors: z.array(z.string()),
  client: z.string(),
  grant: z.string(),
  opened: time,
  used: time,
  /** When it is forgotten, if nothing comes before. */
  expires: time,
  /** Whether it has read what anybody may have written. */
  readUntrusted: z.boolean(),
  /** Whether it has read what is not for everybody. */
  readConfidential: z.boolean(),
  /** Kinds of data that it has read. */
  classes: z.array(z.enum(DATA_CLASSES)),
  /** Whether everything that was read is still known; what is unknown counts as untrusted otherwise. */
  complete: z.boolean(),
  /** Answers taken in. */
  answers: z.number(),
  /** Bytes that it takes, about. */
  size: z.number(),
  /** Whether it is of the caller, or of an agent that the caller answers for. */
  mine: z.boolean(),
  /** Whether the caller may end it, and confirm values in it, in the console. */
  mayChange: z.boolean(),
})
export type ContextView = z.output<typeof contextView>

export const endorsementView = z.object({
  /** Absent for whom it is not to be seen. */
  value: z.string().optional(),
  /** `user:id`, or the name of the source. */
  by: z.string(),
  reason: z.string(),
  at: time,
})
export type EndorsementView = z.output<typeof endorsementView>

/** Whose a context is. Undefined for a key that is none: it is nobody's then. */
export function ownerOf({
  principal,
}: Pick<FlowContextView, 'principal'>):
  | { readonly kind: 'user' | 'agent'; readonly id: string; readonly actors: readonly string[] }
  | undefined {
  let parts: unknown
  try {
    parts = JSON.parse(principal)
  } catch {
    return undefined
  }
  if (!Array.isArray(parts) || !parts.every((part) => typeof part === 'string')) return undefined
  const [kind, id = '', ...actors] = parts
  return id !== '' && (kind === 'user' || kind === 'agent') ? { kind, id, actors } : undefined
}

/** `user:id` or `agent:id`; empty for a context of nobody. */
export function subjectOf(context: Pick<FlowContextView, 'principal'>): string {
  const owner = ownerOf(context)
  return owner === undefined ? '' : subjectName(owner as never)
}

export function showContext(
  context: FlowContextView,
  rights: Pick<ContextView, 'mine' | 'mayChange'>,
): z.input<typeof contextView> {
  const { principal: _, opened, used, expires, classes, ...rest } = context
  return {
    ...rest,
    subject: subjectOf(context),
    actors: [...(ownerOf(context)?.actors ?? [])],
    classes: [...classes],
    ...{ opened: timeOf(opened), used: timeOf(used), expires: timeOf(expires) },
    ...rights,
  }
}

/** @param bodies whether the reader may see what calls carry. */
export function showEndorsement(
  { value, by, reason, at }: Endorsement,
  bodies: boolean,
): z.input<typeof endorsementView> {
  return { ...given({ value: bodies ? value : undefined }), by, reason, at: timeOf(at) }
}
