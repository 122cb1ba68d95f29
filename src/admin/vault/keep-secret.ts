import { z } from 'zod'
import { GatewayError } from '../../kernel/errors.ts'
import type { SecretName, SecretView } from '../../kernel/vault.ts'
import { given, invalid, moment, type Site, text } from '../operation.ts'
import { knownSecret, vaultOf } from './rights.ts'
import { EXPOSED_IN, secretView } from './views.ts'
import {
  daysOf,
  guarding,
  keptValue,
  overlapMinutes,
  secretName,
  termMembers,
  VALUE_BYTES,
  valueMembers,
  withoutValue,
} from './write-only.ts'

export const secretAnswer = z.object({ secret: secretView })

/** What each operation takes, whoever's secret it is about. */
export const SET = {
  bytes: VALUE_BYTES,
  status: 201,
  input: z.strictObject({ name: secretName, ...valueMembers, ...termMembers }),
  output: secretAnswer,
} as const
export const ROTATE = {
  bytes: VALUE_BYTES,
  version: 'version',
  input: z.strictObject({
    name: secretName,
    ...valueMembers,
    /** How long the old value stays good. */
    overlapMinutes: overlapMinutes.optional(),
    /** Of the new value; without it, it never expires. */
    expires: moment.optional(),
    /** The version that is replaced. */
    version: z.number().int().min(1).optional(),
  }),
  output: secretAnswer,
} as const

/** Where somebody saw it. */
export const sighting = {
  place: z.enum(EXPOSED_IN).optional(),
  where: text(1_000),
}

type Owned<T> = T & Pick<SecretName, 'owner'>

/** Keeps a new secret. @throws GatewayError `params_invalid`, `item_exists`. */
export function keepSecret(
  site: Site,
  { lines, rotateAfterDays, ...asked }: Owned<z.output<typeof SET.input>>,
): Promise<SecretView> {
  const { secrets } = vaultOf(site)
  const value = keptValue({ value: asked.value, lines })
  withoutValue(value, [asked.name, asked.purpose, ...asked.servers])
  requireAhead(asked.expires)
  const secret = given({ ...asked, value, rotateAfter: daysOf(rotateAfterDays) })
  return guarding(value, () => secrets.set(secret as never, site.caller.actor))
}

function requireAhead(expires: number | undefined): void {
  if (expires !== undefined && expires <= Date.now()) throw invalid('`expires` has passed')
}

/** Puts a new value in. @throws GatewayError `params_invalid`, `item_unknown`, `version_conflict`. */
export async function changeSecret(
  site: Site,
  { lines, version, ...asked }: Owned<z.output<typeof ROTATE.input>>,
): Promise<SecretView> {
  const { secrets } = vaultOf(site)
  const of = { name: asked.name, owner: asked.owner }
  const value = keptValue({ value: asked.value, lines })
  requireAhead(asked.expires)
  const known = await knownSecret(site, of)
  if (version !== undefined && version !== known.version)
    throw new GatewayError('version_conflict', 'the secret has been changed since it was shown')
  const overlap = (asked.overlapMinutes ?? 0) * 60_000
  const change = given({ value, overlap, version, expires: asked.expires })
  return guarding(value, () => secrets.rotate(of, change, site.caller.actor))
}

/** Destroys a secret. @throws GatewayError `item_unknown`. */
export async function destroySecret(site: Site, of: SecretName): Promise<{ removed: true }> {
  await knownSecret(site, of)
  await vaultOf(site).secrets.remove(of, site.caller.actor)
  return { removed: true }
}

/** Notes that somebody saw a secret where it must not be. @throws GatewayError `item_unknown`. */
export async function reportSecret(
  site: Site,
  of: SecretName,
  {
    place = 'reported',
    where,
  }: { readonly place?: (typeof EXPOSED_IN)[number] | undefined; readonly where: string },
): Promise<SecretView> {
  await knownSecret(site, of)
  const exposure = { at: Date.now(), place, where }
  return vaultOf(site).secrets.exposed(of, exposure, site.caller.actor)
}
