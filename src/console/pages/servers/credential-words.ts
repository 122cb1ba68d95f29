import type { CredentialKind } from '../../../kernel/credential.ts'

/** How a server is shown who a request is for, as far as it is configured. */
export interface CredentialWay {
  readonly kind: CredentialKind
  readonly shared: boolean
}

const KINDS: Readonly<Record<CredentialKind, string>> = {
  none: 'Nothing: it cannot tell callers apart',
  static: 'A secret that stays the same until somebody changes it',
  'authorization-code': 'OAuth: a person connects once',
  'client-credentials': 'OAuth: the gateway for itself',
  'token-exchange': 'OAuth: in exchange for a token about the caller',
  'identity-assertion': 'OAuth: on the word of an identity provider',
}

/** What the server is shown, in words. */
export function kindWords({ kind }: Pick<CredentialWay, 'kind'>): string {
  return KINDS[kind]
}

/** Whose it is, in words; undefined where nothing is shown. */
export function sharingWords({ kind, shared }: CredentialWay): string | undefined {
  if (kind === 'none') return undefined
  return shared
    ? 'one for all: the server sees one and the same for everybody'
    : 'each subject its own; nobody’s is used in another’s stead'
}

const OF_A_PERSON = /secret:\/\/user\//
const OF_THE_VAULT = /secret:\/\/(?:user|vault)\//

/** What references alone tell, where the gateway says no more. */
export function wayOf(
  references: readonly { readonly reference?: string | undefined }[],
): CredentialWay {
  if (references.length === 0) return { kind: 'none', shared: false }
  const own = references.some(({ reference }) => OF_A_PERSON.test(reference ?? ''))
  return { kind: 'static', shared: !own }
}

/** Whether a reference names a secret of the vault. */
export function inVault(reference: string | undefined): boolean {
  return reference !== undefined && OF_THE_VAULT.test(reference)
}
