import type { SecretProvider } from '../kernel/secret-reference.ts'

/** What a provider's references look like. */
interface Shape {
  readonly path: RegExp
  /** Whether a member must, may, or must not be named. */
  readonly field: 'required' | 'optional' | 'none'
  /** Absent: no version may be named. */
  readonly version?: RegExp
  readonly expected: string
}

/** Everything that our own secrets are called. */
const OWN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
/** Parts with `/` between them, none of which climbs. */
const PARTS =
  /^(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~+=@:-]+(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~+=@:-]+){0,31}$/

/** How references to each provider are written. */
export const SHAPES: Readonly<Record<SecretProvider, Shape>> = {
  env: {
    path: /^[A-Za-z_][A-Za-z0-9_]*$/,
    field: 'none',
    expected: '`secret://env/NAME` with the name of an environment variable',
  },
  file: {
    path: /^[^\s\0?#]+$/,
    field: 'none',
    expected:
      '`secret://file/PATH` with the path of a file that holds this one secret, without spaces, `#` and `?`',
  },
  vault: {
    path: OWN_NAME,
    field: 'none',
    expected:
      '`secret://vault/NAME` with the name of a secret of the vault, as in `bailiwick secrets ls`',
  },
  user: {
    path: OWN_NAME,
    field: 'none',
    expected: '`secret://user/NAME` with the name that each user gives to a secret of their own',
  },
  keychain: {
    path: /^[A-Za-z0-9._~+=@:-]{1,255}\/[A-Za-z0-9._~+=@:-]{1,255}$/,
    field: 'none',
    expected: '`secret://keychain/SERVICE/ACCOUNT`',
  },
  hashicorp: {
    path: /^(?!\.{1,2}\/)[A-Za-z0-9._~+=@:-]+(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~+=@:-]+){1,31}$/,
    field: 'required',
    version: /^[1-9][0-9]{0,9}$/,
    expected:
      '`secret://hashicorp/MOUNT/PATH#FIELD` with the engine, the path and the field of a secret; then `?version=` with a number, if it shall be that version',
  },
  aws: {
    path: PARTS,
    field: 'optional',
    version: /^[A-Za-z0-9._-]{1,256}$/,
    expected:
      '`secret://aws/NAME` with the name or ARN of a secret, then `#FIELD` for a member of its JSON, then `?version=` with a version id or stage',
  },
  gcp: {
    path: /^(?:[a-z][a-z0-9-]{0,62}\/|[0-9]{1,20}\/)?[A-Za-z0-9_-]{1,255}$/,
    field: 'optional',
    version: /^[A-Za-z0-9_-]{1,63}$/,
    expected:
      '`secret://gcp/PROJECT/NAME`, then `#FIELD` for a member of its JSON, then `?version=` with a number or alias',
  },
  azure: {
    path: /^[0-9A-Za-z-]{1,127}$/,
    field: 'optional',
    version: /^[0-9A-Za-z]{1,64}$/,
    expected:
      '`secret://azure/NAME`, then `#FIELD` for a member of its JSON, then `?version=` with a version',
  },
  onepassword: {
    path: /^[A-Za-z0-9._-]{1,128}\/[A-Za-z0-9._-]{1,128}$/,
    field: 'optional',
    expected:
      '`secret://onepassword/VAULT/ITEM#FIELD` with names or ids without spaces; its password without `#FIELD`',
  },
}

/** Names of members: nothing that a reader could take for something else. */
export const FIELD = /^[A-Za-z0-9._-]{1,128}$/
