import { readFileSync } from 'node:fs'
import type { ReadConfig } from '../../../kernel/inventory.ts'
import { digestOf } from '../replace-file.ts'
import type { Home } from './home.ts'

/** The configurations of a home with the digests that its files have now. */
export function reread(home: Home): readonly ReadConfig[] {
  return home.configs.map((config) => ({ ...config, digest: digestOf(readFileSync(config.file)) }))
}
