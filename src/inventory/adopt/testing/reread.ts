import { readFileSync } from 'node:fs'
import { sha256 } from '../../../kernel/hash.ts'
import type { ReadConfig } from '../../../kernel/inventory.ts'
import type { Home } from './home.ts'

/** The configurations of a home with the digests that its files have now. */
export function reread(home: Home): readonly ReadConfig[] {
  return home.configs.map((config) => ({ ...config, digest: sha256(readFileSync(config.file)) }))
}
