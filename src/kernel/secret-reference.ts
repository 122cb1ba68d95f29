/** Who keeps what a reference names. */
export const SECRET_PROVIDERS = [
  /** A variable of the gateway's environment. */
  'env',
  /** A file. */
  'file',
  /** The gateway's own vault: one for all. */
  'vault',
  /** The gateway's own vault: that of the subject who calls. */
  'user',
  /** The keychain of the system. */
  'keychain',
  /** HashiCorp Vault, or OpenBao: a key-value engine, version 2. */
  'hashicorp',
  /** AWS Secrets Manager. */
  'aws',
  /** Google Cloud Secret Manager. */
  'gcp',
  /** Azure Key Vault. */
  'azure',
  /** 1Password Connect. */
  'onepassword',
] as const
export type SecretProvider = (typeof SECRET_PROVIDERS)[number]

/** Where a secret is. Names no secret itself, and may be shown. */
export interface SecretReference {
  readonly kind: 'secret'
  /** The plain text before the reference, such as `Bearer `. */
  readonly prefix: string
  readonly provider: SecretProvider
  /** The path: what the provider calls it. For a file, relative to the configuration's folder. */
  readonly name: string
  /** Which of its members, where the provider keeps several together. */
  readonly field?: string
  /** One version of it; the newest without. */
  readonly version?: string
}

/**
 * A text of the configuration that may come from elsewhere. A secret is read when it is needed,
 * so that the configuration itself never holds one.
 */
export type ConfigText = { readonly kind: 'literal'; readonly value: string } | SecretReference

/** Writes a reference, without what stands before it. */
export function formatReference({
  provider,
  name,
  field,
  version,
}: Omit<SecretReference, 'prefix' | 'kind'>): string {
  const member = field === undefined ? '' : `#${field}`
  const query = version === undefined ? '' : `?version=${version}`
  return `secret://${provider}/${name}${member}${query}`
}
