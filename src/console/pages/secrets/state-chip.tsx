import type { ReactNode } from 'react'
import type { SecretState } from '../../../kernel/vault.ts'
import { Chip } from '../../design/chip.tsx'
import { STATES } from './words.ts'

/** What is to be thought of a secret: a sign, a word, and then a colour. */
export function StateChip({ state }: { readonly state: SecretState }): ReactNode {
  const { word, tone, icon } = STATES[state]
  return (
    <Chip tone={tone} icon={icon}>
      {word}
    </Chip>
  )
}
