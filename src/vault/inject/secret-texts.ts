import { ownerOf } from '../../kernel/credential.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { ConfigText, SecretReference } from '../../kernel/secret-reference.ts'
import type { Subject } from '../../kernel/subject.ts'
import type { Asked, Resolver } from '../sources/resolver.ts'

/** Texts of a server's configuration by name: of headers, or of variables. */
export type SecretTexts = Readonly<Record<string, ConfigText>>

/** What a server's secrets are resolved with, for one caller. */
export interface Injection {
  readonly server: string
  /** Who calls; absent where nobody does, as when a server is watched. */
  readonly subject?: Pick<Subject, 'kind' | 'id'>
  readonly resolver: Resolver
}

/** Those of the texts that are references. */
export function referencesIn(
  texts: SecretTexts,
): readonly (readonly [name: string, reference: SecretReference])[] {
  return Object.entries(texts).flatMap(([name, text]) =>
    text.kind === 'secret' ? [[name, text] as const] : [],
  )
}

/** The asked for of an injection. */
export function askedBy({ server, subject }: Injection): Asked {
  return { server, owner: subject === undefined ? 'shared' : ownerOf(subject) }
}

/**
 * A value as it may stand in a header or a variable.
 *
 * @throws GatewayError `credential_unavailable` for one of several lines: it would break the frame.
 */
export function oneLine(server: string, reference: SecretReference, value: string): string {
  if (!/[\r\n\0]/.test(value)) return value
  throw new GatewayError('credential_unavailable', `a secret for \`${server}\` cannot be had`, {
    detail: `the secret \`${reference.provider}/${reference.name}\` has several lines, and stands where one must`,
  })
}
