import type { Seal } from '../../kernel/seal.ts'
import type { Issuer } from '../parts.ts'
import type { Kept } from './adapter.ts'
import type { Consents } from './consents.ts'
import type { KeySet } from './keys.ts'
import type { WantedConsent } from './wanted-consent.ts'

/** What the parts of the engine share. */
export interface Engine extends Kept {
  readonly seal: Seal
  readonly consents: Consents
  readonly issuer: Issuer
  readonly wanted: WantedConsent
  /** The keys of this moment. */
  keys(): KeySet
}
